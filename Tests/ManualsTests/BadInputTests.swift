import Domain
import Foundation
import TestSupport
import Testing

@testable import Manuals

/// Files that are broken, too large or hostile: each is refused with a message that names it, and the library stays.
@Suite struct BadInputTests {
    private let folder: TemporaryFolder
    private let library: Library

    init() throws {
        folder = try TemporaryFolder()
        var limits = ImportLimits()
        limits.converters.seconds = 3
        limits.converters.memoryBytes = 512 << 20
        limits.converters.outputBytes = 8 << 20
        limits.unpackedBytes = 64 << 20
        limits.pages = 3
        library = try Library.open(folder.library, limits: limits)
        let good = "# machine_model: m1\nCode,Fault,Remedy\nF1,Stopped,Start it.\n"
        _ = try library.importManuals([folder.write(good, to: "good.csv")])
    }

    private func refused(_ bytes: Data, as name: String) throws -> ManualImportError {
        let file = folder.url.appending(path: name)
        try bytes.write(to: file)
        let error = try #require(throws: ManualImportError.self) {
            try library.importManuals([file], overrides: ManualMetadata(machineModel: MachineModel(rawValue: "m")))
        }
        #expect(error.file == name)
        #expect(library.libraryNumber == 1)
        #expect(try library.retrieve(.code("F1")).passages.count == 1)
        #expect(try Library.open(folder.library).libraryNumber == 1)
        return error
    }

    private func fixture(_ name: String) throws -> Data {
        try Data(contentsOf: FormatTests.folder.appending(path: name))
    }

    @Test("a PDF whose page draws itself without end is stopped, and the message names the page")
    func hangingPDF() throws {
        // Each form draws the next one twenty times: 20^8 texts.
        let page = """
            << /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R
            /Resources << /XObject << /X 6 0 R >> /Font << /F 5 0 R >> >> >>
            """
        var objects = [page, stream("", "/X Do"), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
        for depth in 0..<8 {
            let inner = depth == 7 ? "BT /F 8 Tf (x) Tj ET" : String(repeating: "/X Do ", count: 20)
            let entries = """
                /Type /XObject /Subtype /Form /BBox [0 0 600 800]
                /Resources << /XObject << /X \(7 + depth) 0 R >> /Font << /F 5 0 R >> >>
                """
            objects.append(stream(entries, inner))
        }
        let error = try refused(pdfFile(objects), as: "hang.pdf")
        #expect(error.code == .converter && error.page == 1, "\(error)")
        #expect(error.description.contains("hang.pdf, page 1: pdftotext was stopped"))
    }

    @Test("a PDF that prints without end is stopped at the bound on output or memory")
    func floodingPDF() throws {
        let page = """
            << /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R
            /Resources << /Font << /F 5 0 R >> >> >>
            """
        var words = "BT /F 8 Tf\n"
        for line in 0..<200_000 { words += "1 0 0 1 \(line % 500) \(line % 700) Tm (word\(line)) Tj\n" }
        let objects = [page, stream("", words + "ET"), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
        let error = try refused(pdfFile(objects), as: "flood.pdf")
        #expect(error.code == .converter && error.page == 1, "\(error)")
    }

    @Test("truncated, empty, foreign and absurdly long PDFs")
    func brokenPDF() throws {
        let whole = try fixture("orvalin-d300-dryer.pdf")
        #expect(try refused(whole.prefix(whole.count / 3), as: "short.pdf").code == .malformed)
        #expect(try refused(Data(), as: "empty.pdf").code == .malformed)
        #expect(try refused(Data("Code,Fault\n".utf8), as: "text.pdf").code == .malformed)
        let blank = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>"
        #expect(try refused(pdfFile([blank]), as: "blank.pdf").message == "no page has any text")
        let pages = Array(repeating: blank, count: 4)
        let error = try refused(pdfFile(pages, pages: 4), as: "long.pdf")
        #expect(error.code == .tooLarge && error.message.contains("4 pages; the limit is 3"), "\(error)")
    }

    @Test("an encrypted PDF and encrypted or old Office files say so")
    func encrypted() throws {
        let error = try refused(fixture("../broken/encrypted.pdf"), as: "secret.pdf")
        #expect(error.code == .encrypted, "\(error)")
        let container = Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) + Data(count: 1_000)
        #expect(try refused(container, as: "secret.docx").code == .encrypted)
        #expect(try refused(container, as: "secret.xlsx").code == .encrypted)
    }

    @Test("archives that unpack to far more than they are, that lie about it, or that are cut short")
    func archives() throws {
        let bomb = try zipped(["word/document.xml": Data(count: 80 << 20)], in: folder)
        #expect(bomb.count < 1 << 20)
        for name in ["bomb.docx", "bomb.xlsx"] {
            let error = try refused(bomb, as: name)
            #expect(error.code == .tooLarge && error.message.contains("would unpack to"), "\(error)")
        }
        let sheet = try zipped(
            [
                "xl/workbook.xml": Data(count: 20 << 20), "xl/_rels/workbook.xml.rels": Data("<a/>".utf8),
            ], in: folder)
        let error = try refused(sheet, as: "large.xlsx")
        #expect(error.code == .converter, "\(error)")
        let whole = try fixture("orvalin-d300-dryer.docx")
        #expect(try refused(whole.prefix(whole.count / 2), as: "short.docx").code == .malformed)
        #expect(try refused(zipped(["a.txt": Data("x".utf8)], in: folder), as: "other.docx").code == .malformed)
        #expect(try refused(zipped(["a.txt": Data("x".utf8)], in: folder), as: "other.xlsx").code == .malformed)
    }

    @Test("a formula that was saved without its value is named by sheet and cell")
    func formulas() throws {
        let sheet = """
            <worksheet><sheetData>
            <row r="1"><c r="A1" t="inlineStr"><is><t>Code</t></is></c><c r="B1" t="inlineStr"><is><t>Fault</t></is></c>
            <c r="C1" t="inlineStr"><is><t>Remedy</t></is></c></row>
            <row r="2"><c r="A2" s="1"><v>7</v></c><c r="B2" t="str"><f>X1</f><v>Belt off</v></c><c r="C2"><f>Y1</f></c></row>
            <row r="3"><c r="A3" s="1"><v>12</v></c><c r="B3" t="e"><v>#REF!</v></c>
            <c r="C3" t="inlineStr"><is><t>Go.</t></is></c></row>
            </sheetData></worksheet>
            """
        let bytes = try zipped(
            [
                "xl/workbook.xml": Data(
                    #"<workbook><sheets><sheet name="Faults" r:id="r1"/></sheets></workbook>"#.utf8),
                "xl/_rels/workbook.xml.rels": Data(
                    #"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>"#.utf8),
                "xl/styles.xml": Data(
                    #"<s><numFmts><numFmt numFmtId="164" formatCode="&quot;E&quot;000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></s>"#
                        .utf8),
                "xl/worksheets/sheet1.xml": Data(sheet.utf8),
            ], in: folder)
        let manual = try parse(ManualSource(file: "a.xlsx", bytes: bytes, limits: ImportLimits()))
        #expect(manual.passages.map { $0.codes.map(\.written) } == [["E007"], ["E012"]])
        #expect(manual.passages[0].title == "Belt off")
        let doubts = manual.warnings.filter { $0.kind == .formulaWithoutValue }.map(\.description)
        #expect(doubts.count == 2)
        #expect(doubts[0].hasPrefix(#"line 2: sheet "Faults", cell C2: a formula that was saved without its value"#))
        #expect(doubts[1] == #"line 3: sheet "Faults", cell B3: shows the error #REF!"#)
    }

    @Test("what is no regular file is refused at once")
    func noFile() throws {
        let pipe = folder.url.appending(path: "pipe.csv")
        try #require(mkfifo(pipe.path, 0o600) == 0)
        let error = #expect(throws: ManualImportError.self) { try library.importManuals([pipe]) }
        #expect(error?.message == "is no regular file")
    }

    @Test("random bytes and cuts of documents end in passages or in an error, nothing else")
    func fuzz() throws {
        let seed = testSeed("import-fuzz")
        var generator = SeededGenerator(seed: seed)
        for name in ["orvalin-d300-dryer.pdf", "tengyu-p40-pump.docx", "tengyu-p40-pump.xlsx", "tengyu-p40-pump.html"] {
            let whole = try fixture(name)
            for _ in 0..<4 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...60, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
                }
                if Bool.random(using: &generator) {
                    bytes = bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))
                }
                let source = try ManualSource(file: name, bytes: Data(bytes), limits: ImportLimits())
                do {
                    let manual = try parse(source)
                    #expect(manual.passages.allSatisfy { !$0.text.isEmpty || !$0.safety.isEmpty }, "seed \(seed)")
                } catch let error as ManualImportError {
                    #expect(error.file == name, "seed \(seed)")
                }
            }
        }
    }
}
