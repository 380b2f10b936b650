import Domain
import Foundation
import TestSupport
import Testing

@testable import Manuals

@Suite struct CSVImporterTests {
    @Test("quotes, doubled quotes, delimiters and line ends inside quotes; CRLF; byte-order mark")
    func quoting() throws {
        let manual = try parse(
            "\u{FEFF}Code,Fault,Remedy\r\nF1,\"Low, \"\"very\"\" low\",\"1. Fill up.\r\n2. Go.\"\r\n", as: "a.csv")
        #expect(manual.passages[0].title == "Low, \"very\" low")
        #expect(manual.passages[0].remedies == ["Fill up.", "Go."])
    }

    @Test("the delimiter is found in the header row", arguments: [",", ";", "\t"])
    func delimiters(delimiter: String) throws {
        let rows = [["代碼", "名稱", "處置", "頁"], ["F1", "油位低", "補油。", "12"]]
        let manual = try parse(rows.map { $0.joined(separator: delimiter) }.joined(separator: "\n"), as: "a.csv")
        #expect(manual.passages[0].text == "代碼：F1\n名稱：油位低\n處置：補油。")
        #expect(manual.passages[0].page == 12)
    }

    @Test("metadata stands in lines before the header row")
    func metadata() throws {
        let manual = try parse("# title: List\n# a remark\n# language: en\n\nCode,Fault\nF1,x\n", as: "a.csv")
        #expect(manual.metadata.title == "List")
        #expect(manual.passages[0].line == 6)
    }

    @Test(
        "what is not a fault list is refused with file, line and expectation",
        arguments: [
            ("Code,Fault\nF1,x\nF2\n", 3, "expected 2 columns as in the header row, found 1"),
            ("Code,Fault\nF1,x,y\n", 2, "expected 2 columns as in the header row, found 3"),
            ("Code,Fault\n\"F1\nx\ny,x\n", 2, "a quote opened here is never closed"),
            ("Code,Fault\n\"F1\"z,x\n", 2, "text after a closing quote"), ("# title: x\n", 2, "no header row"),
            ("a,b\n1,2\n", 1, "names no code column"),
            ("# language: fr\nCode,Fault\n", 1, "language \"fr\" is not supported"),
        ])
    func refused(text: String, line: Int, message: String) throws {
        let error = try #require(throws: ManualImportError.self) { try parse(text, as: "a.csv") }
        #expect(error.file == "a.csv")
        #expect(error.line == line)
        #expect(error.message.contains(message), "\(error)")
    }

    @Test("files, rows, columns and cells over their bounds are refused")
    func bounds() throws {
        var limits = ImportLimits()
        limits.fileBytes = 100
        #expect(throws: ManualImportError.self) {
            try ManualSource(file: "a.csv", bytes: Data(count: 101), limits: limits)
        }
        limits.rows = 2
        limits.cellCharacters = 10
        limits.columns = 3
        for text in ["Code,Fault\nF1,x\nF2,x\nF3,x\n", "Code,Fault\nF1,abcdefghijk\n", "Code,Fault,a,b\nF1,x,y,z\n"] {
            let source = try ManualSource(file: "a.csv", bytes: Data(text.utf8), limits: limits)
            let error = #expect(throws: ManualImportError.self) {
                try CSVImporter().parse(source, ImportContext(limits: limits))
            }
            #expect(error?.line != nil)
        }
    }

    @Test("random bytes and random cuts of a manual never crash an importer")
    func fuzz() throws {
        var generator = SeededGenerator(seed: 42)
        let seeds = try ["kestrel-vx40-drive.md", "norvia-bc60-conveyor.csv", "lingfeng-vmc850-cnc.md"].map {
            try Data(contentsOf: SampleManuals.folder.appending(path: $0))
        }
        let marks = Array("|,;\"\n#>*-<!--1.(①:：`[]\\".utf8)
        for round in 0..<120 {
            var bytes = seeds[round % seeds.count].prefix(Int.random(in: 0...6_000, using: &generator))
            for _ in 0..<Int.random(in: 0...40, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &generator)
                bytes[place] = marks.randomElement(using: &generator) ?? 0
            }
            for name in ["a.md", "a.csv"] {
                guard let source = try? ManualSource(file: name, bytes: bytes, limits: ImportLimits()) else { continue }
                let manual = try? parse(source)
                #expect(manual?.passages.allSatisfy { !$0.text.isEmpty || !$0.safety.isEmpty } ?? true, "seed 42")
            }
        }
    }
}
