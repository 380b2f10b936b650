import Domain
import Foundation
import TestSupport
import Testing

@testable import Manuals

/// Files that are cut short or changed on the way: refused, imported whole, or imported with a line that says what was not
/// read; never short without a word.
@Suite struct DamageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func parse(_ bytes: Data, _ file: String) throws -> ParsedManual {
        try ManualsTests.parse(ManualSource(file: file, bytes: bytes, limits: ImportLimits()))
    }

    private func refused(_ bytes: Data, _ file: String) throws -> ManualImportError {
        try #require(throws: ManualImportError.self) { try parse(bytes, file) }
    }

    private func sheet(rows: Int) -> String {
        func cell(_ reference: String, _ text: String) -> String {
            "<c r=\"\(reference)\" t=\"inlineStr\"><is><t>\(text)</t></is></c>"
        }
        var xml = "<worksheet><sheetData><row r=\"1\">\(cell("A1", "Machine model"))\(cell("B1", "sp200"))</row>"
        xml += "<row r=\"2\">\(cell("A2", "Code"))\(cell("B2", "Fault"))\(cell("C2", "Remedy"))</row>"
        for row in 3..<(rows + 3) {
            xml +=
                "<row r=\"\(row)\" spans=\"1:3\">\(cell("A\(row)", "E\(row)"))\(cell("B\(row)", "Fault of the feed unit of the second transfer station, number \(row)"))"
            xml += "\(cell("C\(row)", "Replace part \(row) of the feed unit and check that it runs."))</row>"
        }
        return xml + "</sheetData></worksheet>"
    }

    @Test("49,998 rows are imported")
    func manyRows() throws {
        let xml = sheet(rows: 49_998)
        #expect(xml.utf8.count > 15_000_000)
        let manual = try parse(workbook(sheet: Data(xml.utf8), in: folder), "a.xlsx")
        #expect(manual.passages.count == 49_998)
        #expect(manual.passages.last?.codes.map(\.written) == ["E50000"])
    }

    @Test("a sheet that ends too early is refused with its row and line, wherever it ends")
    func truncatedSheet() throws {
        let xml = Data(sheet(rows: 20).utf8)
        let seed = testSeed("sheet-cuts")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let cut = Int.random(in: 1..<xml.count, using: &generator)
            let error = try refused(workbook(sheet: xml.prefix(cut), in: folder), "a.xlsx")
            #expect(
                error.code == .malformed && error.message.contains("sheet \"Faults\""),
                "cut \(cut), seed \(seed): \(error)")
            #expect(error.message.contains("line 1 of its XML"), "cut \(cut), seed \(seed): \(error)")
        }
    }

    @Test("names that are no UTF-8, document types, deep nesting and many attributes are refused")
    func hostileXML() throws {
        func bytes(_ xml: Data) throws -> ManualImportError { try refused(workbook(sheet: xml, in: folder), "a.xlsx") }
        let name = Data("<worksheet><sheetData><".utf8) + [0xFF, 0xC3, 0x28] + Data("/></sheetData></worksheet>".utf8)
        #expect(try bytes(name).message.contains("not well-formed"))
        let attribute = Data("<worksheet><row ".utf8) + [0x72, 0xE9, 0x3D] + Data("'1'/></worksheet>".utf8)
        #expect(try bytes(attribute).code == .malformed)
        let entities = "<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;'>]><worksheet>&c;</worksheet>"
        #expect(try bytes(Data(entities.utf8)).message.contains("document type"))
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(try bytes(Data(deep.utf8)).message.contains("nest"))
        let wide = "<worksheet " + (0..<1_000).map { "a\($0)='1' " }.joined() + "/>"
        #expect(try bytes(Data(wide.utf8)).message.contains("attributes"))
    }

    @Test("a sheet that names texts or formats which the file does not have is refused")
    func lostParts() throws {
        func sheet(_ cell: String) -> Data {
            Data(
                "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" \(cell)><v>0</v></c></row></sheetData></worksheet>".utf8
            )
        }
        let text = try refused(workbook(sheet: sheet("t=\"s\""), in: folder), "a.xlsx")
        #expect(text.message.contains("cell A1 shows text 0 of the file's 0") && text.line == 1)
        let format = try refused(workbook(sheet: sheet("s=\"4\""), in: folder), "a.xlsx")
        #expect(format.message.contains("format 4"))
    }

    /// Python's `base64.a85encode` gives these texts.
    @Test("ASCII base 85 is read, whole groups and the rest of one, and refused where it is none")
    func base85() throws {
        func decode(_ text: String) -> [UInt8]? {
            Array(text.utf8).withUnsafeBytes { ASCII85.decode($0, limit: 1_000) }
        }
        #expect(decode("87cURD_*#4DfTZ)~>") == Array("Hello, World".utf8))
        #expect(decode("87cURD_*#4\nDfTZ) +T~>endstream") == Array("Hello, World!".utf8))
        #expect(decode("z!!*~>") == [0, 0, 0, 0, 0, 1])
        #expect(decode("~>") == [])
        for text in ["87cUR", "87czUR~>", "87{~>", "s8W-\"~>", "8~>"] { #expect(decode(text) == nil, "\(text)") }
    }

    private enum Outcome: Hashable { case refused, whole, warned, short }

    private func outcome(_ bytes: Data, _ file: String, whole: ParsedManual) throws -> Outcome {
        do {
            let manual = try parse(bytes, file)
            if manual.passages == whole.passages { return .whole }
            return manual.warnings.count > whole.warnings.count ? .warned : .short
        } catch let error as ManualImportError {
            #expect(error.file == file)
            return .refused
        }
    }

    /// In a PDF, what stands between the compressed parts has no check sum.
    private func hasCheckSum(_ bytes: Data, at place: Int) -> Bool {
        guard bytes.starts(with: Data("%PDF".utf8)) else { return true }
        guard let start = bytes[..<place].range(of: Data("stream".utf8), options: .backwards) else { return false }
        return start.upperBound + 2 < place && bytes[start.lowerBound - 1] != UInt8(ascii: "d")
    }

    @Test(
        "the sample originals, cut and with single bytes changed",
        arguments: ["hanfong-fw90-wrapper.pdf", "merrow-sc75-compressor.docx", "yuhsin-cl30-chiller.xlsx"])
    func damagedOriginals(file: String) throws {
        let bytes = try Data(contentsOf: SampleManuals.folder.appending(path: file))
        let whole = try parse(bytes, file)
        let seed = testSeed("damage-\(file)", usual: 7_025)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<12 {
            var damaged = bytes
            if round % 3 == 0 {
                damaged = bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator))
            } else {
                var place = 0
                repeat {
                    place = Int.random(in: 0..<bytes.count, using: &generator)
                } while !hasCheckSum(bytes, at: place)
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            let outcome = try outcome(Data(damaged), file, whole: whole)
            #expect(outcome != .short, "round \(round), seed \(seed)")
        }
    }
}
