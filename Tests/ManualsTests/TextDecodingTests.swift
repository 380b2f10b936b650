import Foundation
import Testing

@testable import Manuals

@Suite struct TextDecodingTests {
    private static let traditional = "代碼,異常名稱,原因,處置\nE1,油壓過低,濾網堵塞,更換濾網後重新啟動。\n"
    private static let simplified = "代码,异常名称,原因,处置\nE1,油压过低,滤网堵塞,更换滤网后重新启动。\n"

    /// `text` in another encoding, made by the C library's own converter.
    private func bytes(_ text: String, in encoding: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/iconv")
        process.arguments = ["-f", "UTF-8", "-t", encoding]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return data
    }

    private func parse(_ bytes: Data) throws -> ParsedManual {
        try ManualsTests.parse(ManualSource(file: "a.csv", bytes: bytes, limits: ImportLimits()))
    }

    @Test(
        "Big5, GB18030 and UTF-16 are told apart, converted, and the report says so",
        arguments: [
            (traditional, "BIG5", "Big5"), (simplified, "GB18030", "GB18030"), (traditional, "UTF-16", "UTF-16"),
        ])
    func converted(text: String, encoding: String, name: String) throws {
        let manual = try parse(bytes(text, in: encoding))
        let expected = try ManualsTests.parse(text, as: "a.csv")
        #expect(manual.passages.map(\.text) == expected.passages.map(\.text))
        let warning = manual.warnings.first { $0.kind == .converted }
        #expect(warning?.message.contains(name) == true)
    }

    @Test("UTF-8 is taken as it is, without a word")
    func utf8() throws {
        #expect(try parse(Data(Self.traditional.utf8)).warnings.allSatisfy { $0.kind != .converted })
    }

    @Test("what no encoding makes readable, or is no text, is refused with its place")
    func refused() throws {
        let cases: [(Data, String, Int?)] = [
            (Data("Code,Fault\nF1,".utf8) + Data([0x88, 0x41, 0xFF, 0xFF, 0x0A]), "neither Big5 nor GB18030", 2),
            (Data("Code,Fault\nF1,x\nF2,".utf8) + Data([0x00, 0xFF]), "zero bytes", 3),
            (Data([0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00]), "not valid UTF-16", nil),
        ]
        for (bytes, message, line) in cases {
            let error = try #require(throws: ManualImportError.self) { try parse(bytes) }
            #expect(error.code == .encoding && error.line == line && error.message.contains(message), "\(error)")
        }
    }
}
