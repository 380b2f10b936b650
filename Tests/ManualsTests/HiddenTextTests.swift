import Domain
import Foundation
import Testing

@testable import Manuals

/// Text that a document hides from its reader withholds the row that it stands in, in every format.
@Suite struct HiddenTextTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func withheld(_ manual: ParsedManual) -> [String] {
        manual.passages.filter { $0.withheldFor == [.hiddenText] }.flatMap { $0.codes.map(\.written) }
    }

    private func parse(_ bytes: Data, _ file: String) throws -> ParsedManual {
        try ManualsTests.parse(ManualSource(file: file, bytes: bytes, limits: ImportLimits()))
    }

    private func page(_ cell: String, style: String = "") throws -> ParsedManual {
        let html = """
            <html><head><style>\(style)</style></head><body><p>Machine model: sp200</p><table>
            <tr><th>Code</th><th>Fault</th><th>Remedy</th></tr>
            <tr><td>F1</td><td>Low</td><td>Fill up tank T1.</td></tr>
            <tr><td>F2</td><td>High</td>\(cell)</tr></table></body></html>
            """
        return try parse(Data(html.utf8), "a.html")
    }

    @Test(
        "a web page's hidden text",
        arguments: [
            "<td>Go. <span hidden>Step on it.</span></td>", "<td style='display:none'>Go.</td>",
            "<td>Go. <b style=\"visibility: hidden\">No.</b></td>", "<td><i style='opacity:0'>Go.</i></td>",
            "<td style=font-size:0>Go.</td>", "<td><span style='font-size: 1px'>Go.</span></td>",
            "<td><font color=white>Go.</font></td>", "<td><font color='#FFFFFF'>Go.</font></td>",
            "<td style='color:#fff'>Go.</td>", "<td bgcolor=red><span style='color:rgb(255,0,0)'>Go.</span></td>",
            "<td><p style='position:absolute;left:-9999px'>Go.</p></td>", "<td class='x y'>Go.</td>",
            "<td id=gone>Go.</td>",
            "<td><span style='color:transparent'>Go.</span></td>", "<td><div STYLE='Display : None'/>Go.</td>",
            "<td style='width:0;overflow:hidden'>Go.</td>", "<td style='text-indent:-5000px'>Go.</td>",
        ])
    func html(cell: String) throws {
        let manual = try page(
            cell, style: ".y, p.z { display: none } #gone{font-size:0} @media print { td { display: none } }")
        #expect(withheld(manual) == ["F2"])
        #expect(manual.passages.allSatisfy { HiddenText.reasons(in: $0.text).isEmpty })
    }

    @Test("a hidden row, and what a page shows")
    func rows() throws {
        let row = "<td>Go.</td></tr><tr hidden><td>F3</td><td>Gone</td><td>Go.</td>"
        #expect(withheld(try page(row)) == ["F3"])
        for shown in [
            "<td style='color:white;background:#333'>Go.</td>",
            "<td bgcolor='#000080'><font color=white>Go.</font></td>",
            "<td><!-- note -->Go.<br hidden></td>", "<td style='opacity:0.9;font-size:11px'>Go.</td>",
            "<td><span aria-hidden=true>Go.</span></td>",
        ] {
            #expect(withheld(try page(shown)).isEmpty, "\(shown)")
        }
    }

    private func sheet(row: String = "", column: String = "", style: Int = 0, formats: String = "") throws
        -> ParsedManual
    {
        func cell(_ reference: String, _ text: String, _ style: Int = 0) -> String {
            "<c r=\"\(reference)\" t=\"inlineStr\" s=\"\(style)\"><is><t>\(text)</t></is></c>"
        }
        let xml = """
            <worksheet><cols>\(column)</cols><sheetData>
            <row r="1">\(cell("A1", "Machine model"))\(cell("B1", "sp200"))</row>
            <row r="2">\(cell("A2", "Code"))\(cell("B2", "Fault"))\(cell("C2", "Remedy"))</row>
            <row r="3">\(cell("A3", "F1"))\(cell("B3", "Low"))\(cell("C3", "Go."))</row>
            <row r="4" \(row)>\(cell("A4", "F2"))\(cell("B4", "High"))\(cell("C4", "Stop.", style))</row>
            </sheetData></worksheet>
            """
        let styles = """
            <s><numFmts><numFmt numFmtId="164" formatCode=";;;"/></numFmts>
            <fonts><font><sz val="11"/></font><font><color rgb="FFFFFFFF"/></font><font><sz val="1"/></font></fonts>
            <fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FF000080"/></patternFill></fill></fills>
            <cellXfs><xf/><xf numFmtId="164"/><xf fontId="1"/><xf fontId="2"/><xf fontId="1" fillId="1"/></cellXfs></s>
            """
        return try parse(workbook(sheet: Data(xml.utf8), styles: Data(styles.utf8), in: folder), "a.xlsx")
    }

    @Test("a spreadsheet's hidden rows, columns and cells")
    func sheets() throws {
        #expect(withheld(try sheet()).isEmpty)
        #expect(withheld(try sheet(row: "hidden=\"1\"")) == ["F2"])
        #expect(withheld(try sheet(row: "ht=\"0\"")) == ["F2"])
        #expect(withheld(try sheet(column: "<col min=\"3\" max=\"3\" hidden=\"1\"/>")) == ["F1", "F2"])
        #expect(try [1, 2, 3, 4].map { withheld(try sheet(style: $0)) } == [["F2"], ["F2"], ["F2"], []])
    }

    @Test(
        "a Word document's hidden runs",
        arguments: [
            ("<w:vanish/>", true), ("<w:color w:val=\"FFFFFF\"/>", true), ("<w:sz w:val=\"2\"/>", true),
            ("<w:rStyle w:val=\"Gone\"/>", true), ("<w:vanish w:val=\"0\"/>", false),
            ("<w:color w:val=\"FFFFFF\"/><w:shd w:fill=\"000080\"/>", false), ("<w:b/>", false),
        ])
    func word(property: String, isHidden: Bool) throws {
        func paragraph(_ text: String, _ property: String = "") -> String {
            "<w:p><w:r><w:rPr>\(property)</w:rPr><w:t>\(text)</w:t></w:r></w:p>"
        }
        func row(_ cells: [String]) -> String { "<w:tr>\(cells.map { "<w:tc>\($0)</w:tc>" }.joined())</w:tr>" }
        let space = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
        let document = """
            <w:document \(space)><w:body>\(paragraph("Machine model: sp200"))<w:tbl><w:tblGrid><w:gridCol w:w="100"/><w:gridCol w:w="100"/><w:gridCol w:w="100"/></w:tblGrid>
            \(row(["Code", "Fault", "Remedy"].map { paragraph($0) }))\(row(["F1", "Low", "Go."].map { paragraph($0) }))
            \(row([paragraph("F2"), paragraph("High"), paragraph("Stop.") + paragraph("Run.", property)]))
            </w:tbl></w:body></w:document>
            """
        let styles = "<w:styles \(space)><w:style w:styleId=\"Gone\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"
        let relations = """
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
            Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>
            """
        let types = """
            <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>
            """
        let bytes = try zipped(
            [
                "[Content_Types].xml": Data(types.utf8), "_rels/.rels": Data(relations.utf8),
                "word/document.xml": Data(document.utf8), "word/styles.xml": Data(styles.utf8),
            ], in: folder)
        let manual = try parse(bytes, "a.docx")
        #expect(withheld(manual) == (isHidden ? ["F2"] : []))
        #expect(manual.passages.map { $0.codes.map(\.written) } == [["F1"], ["F2"]])
    }

    @Test(
        "a PDF's words without ink: white, without fill, tiny, covered",
        arguments: [("1 g", true), ("3 Tr", true), ("0 g", false), ("/F 1 Tf", true)])
    func pdf(operators: String, isHidden: Bool) throws {
        func line(_ top: Int, _ cells: [(Int, String)]) -> String {
            cells.map { "BT 0 g 0 Tr /F 10 Tf 1 0 0 1 \($0.0) \(top) Tm (\($0.1)) Tj ET\n" }.joined()
        }
        let content =
            line(760, [(50, "Machine model: sp200")]) + line(700, [(50, "Code"), (150, "Fault"), (300, "Remedy")])
            + line(680, [(50, "F1"), (150, "Low"), (300, "Fill up tank T1.")])
            + line(660, [(50, "F2"), (150, "High"), (300, "Empty tank T2.")])
            + "BT 0 g 0 Tr /F 10 Tf \(operators) 1 0 0 1 380 660 Tm (Then run.) Tj ET\n"
        let page =
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
        let objects = [page, stream("", content), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
        let manual = try parse(pdfFile(objects), "a.pdf")
        #expect(withheld(manual) == (isHidden ? ["F2"] : []))
    }

    @Test("Markdown's comments and hidden HTML inside rows and over them")
    func markdown() throws {
        let manual = try parse(
            Data(
                """
                ---
                machine_model: sp200
                ---
                | Code | Fault | Remedy |
                |---|---|---|
                | F1 | Low | Go. |
                | F2 | Low | Go. <!-- and run --> |
                | F3 | Low | <span style="display:none">Go.</span> Stop. |
                <!-- page 2 -->
                | F4 | Low | Fill up to <b>2 l</b>. |

                <div hidden>

                | Code | Fault | Remedy |
                |---|---|---|
                | F5 | Low | Go. |

                </div>

                """.utf8), "a.md")
        #expect(withheld(manual) == ["F2", "F3", "F5"])
        let codes = manual.passages.flatMap { $0.codes.map(\.written) }
        #expect(codes == ["F1", "F2", "F3", "F4", "F5"])
    }

    @Test("characters without a shape inside words, tags and turned direction; not hints where a line breaks")
    func characters() throws {
        func reasons(_ remedy: String) throws -> [[WithholdingReason]] {
            try parse(Data("# machine_model: m\ncode,fault,remedy\nF1,Low,\(remedy)\n".utf8), "a.csv").passages.map(
                \.withheldFor)
        }
        for hidden in ["Ru\u{200B}n.", "Run\u{E0047}\u{E006F}.", "Run \u{202E}pots.", "Run.\u{200B}\u{200C}\u{200B}"] {
            #expect(try reasons(hidden) == [[.invisibleCharacters]], "\(hidden.debugDescription)")
        }
        for shown in ["Run\u{AD}ning.", "Run.\u{200B}", "\u{200E}Run.", "檢查\u{200B}油位。", "✔\u{FE0F} Run."] {
            #expect(try reasons(shown) == [[]], "\(shown.debugDescription)")
        }
    }
}
