import Domain
import Testing

@testable import Manuals

@Suite struct MarkdownImporterTests {
    private func table(_ rows: String) throws -> ParsedManual {
        try parse("| Code | Fault | Cause | Remedy |\n|---|---|---|---|\n" + rows)
    }

    @Test("front matter gives title, machine model and language; unknown keys are skipped")
    func frontMatter() throws {
        let metadata = try parse("---\ntitle: \"A: B\"\nmachine_model: m1\nlanguage: zh-TW\nowner: x\n---\n# T\n")
            .metadata
        #expect(metadata.title == "A: B")
        #expect(metadata.machineModel?.rawValue == "m1")
        #expect(metadata.language == .traditionalChinese)
    }

    @Test("page markers count from where they stand, also inside a table")
    func pages() throws {
        let manual = try table(
            "| F1 | a | b | c. |\n<!-- page 9 -->\n\n| F2 | d | e | f. |\n\n<!-- page 10 -->\n\n## F\n\ntext\n")
        #expect(manual.passages.map(\.page) == [nil, 9, 10])
    }

    @Test("a header row repeated on the next page is no fault")
    func repeatedHeader() throws {
        let manual = try table(
            "| F1 | a | b | c. |\n\n<!-- page 2 -->\n\n| Code | Fault | Cause | Remedy |\n|---|---|---|---|\n| F2 | a | b | c. |\n"
        )
        #expect(manual.passages.map { $0.codes.map(\.written) } == [["F1"], ["F2"]])
    }

    @Test("a row without a code continues the row above")
    func continuation() throws {
        let manual = try table(
            "| F1 | Low | Leak | Mend it. |\n| | | Filter clogged | Replace it. |\n| F2 | x | 〃 | Go. |\n")
        #expect(manual.passages.count == 2)
        #expect(manual.passages[0].remedies == ["Mend it.", "Replace it."])
        #expect(
            manual.passages[0].text
                == "Code: F1\nFault: Low\nCause: Leak\nFilter clogged\nRemedy: Mend it.\nReplace it.")
        #expect(manual.passages[1].text.contains("Cause: Leak"))
    }

    @Test("several codes in one cell and ranges are all answered for")
    func severalCodes() throws {
        let manual = try table("| E-07 / E-08 | a | b | c. |\n| E-10 to E-12 | a | b | c. |\n| F3xxxx | a | b | c. |\n")
        #expect(
            manual.passages.map { $0.codes.map(\.written) } == [
                ["E-07", "E-08"], ["E-10", "E-11", "E-12"], ["F3xxxx"],
            ])
    }

    @Test("marks of Markdown leave the text, the words stay")
    func inline() throws {
        let manual = try table("| **F1** | `P_MAX` too *low* | see [M2](x.md) | Turn \\| 3 * 4<br>Go &lt; 5. |\n")
        #expect(
            manual.passages[0].text == "Code: F1\nFault: P_MAX too low\nCause: see M2\nRemedy: Turn | 3 * 4\nGo < 5.")
    }

    @Test("a table without codes becomes section text")
    func plainTable() throws {
        let manual = try parse("# M\n\n## Fuses\n\n| Frame | Fuse |\n|---|---|\n| A | 16 A |\n")
        #expect(manual.passages.map(\.text) == ["Frame: A; Fuse: 16 A"])
        #expect(manual.passages[0].heading == ["Fuses"])
        #expect(manual.passages[0].kind == .section)
        let parts = try parse("| No. | Part |\n|---|---|\n| 1 | Belt |\n")
        #expect(parts.passages.allSatisfy { $0.codes.isEmpty })
    }

    @Test(
        "safety blocks in all spellings are taken out word for word",
        arguments: [
            ("> **WARNING** Hot *oil*.\n> Wait.", "WARNING", "Hot oil. Wait."),
            ("> **Warning:** Hot oil.", "Warning", "Hot oil."), ("> [!CAUTION]\n> Hot oil.", "CAUTION", "Hot oil."),
            ("**DANGER!** Hot oil.", "DANGER", "Hot oil."), ("NOTICE: Hot oil.", "NOTICE", "Hot oil."),
            ("> **警告**：高溫。", "警告", "高溫。"), ("**注意** 高溫。", "注意", "高溫。"), ("危險：高溫。", "危險", "高溫。"),
        ])
    func safety(source: String, word: String, text: String) throws {
        let manual = try parse("## F001 Pump\n\nCause: x\n\n\(source)\n\n1. Go.\n\n## F002 Fan\n\n1. Go.\n")
        #expect(manual.passages[0].safety == [SafetyBlock(signalWord: word, text: text)])
        #expect(manual.passages[0].text == "Cause: x\n1. Go.")
        #expect(manual.passages[1].safety.isEmpty)
    }

    @Test(
        "words that only begin like a signal word are text",
        arguments: ["注意油位是否過低。", "Warnings are listed below.", "NOTICEABLE noise."])
    func noSafety(line: String) throws {
        let manual = try parse("## Chapter\n\n\(line)\n")
        #expect(manual.passages.first?.text == line)
        #expect(manual.passages.first?.safety == [])
    }

    @Test("a safety block holds for the sections inside its section")
    func inheritedSafety() throws {
        let manual = try parse(
            "## Alarms\n\n> **DANGER** Live parts.\n\n### F001 Pump\n\n1. Go.\n\n## Care\n\nClean.\n")
        #expect(manual.passages.map(\.safety.count) == [1, 0])
    }

    @Test("headings with code words or in a row of codes are faults, part names are not")
    func headedCodes() throws {
        let faults = try parse("## Alarm 2012: Spindle\n\n1. Go.\n\n## Alarms\n\n### 3001 Axis\n\n1. Go.\n")
        #expect(faults.passages.map { $0.codes.map(\.written) } == [["2012"], ["3001"]])
        let parts = try parse("## M12 connector\n\n1. Go.\n\n## 3.2 Hydraulics\n\n1. Go.\n")
        #expect(parts.passages.allSatisfy { $0.codes.isEmpty })
    }

    @Test("sub-headings for cause and remedy belong to their fault")
    func roleHeadings() throws {
        let manual = try parse(
            "## F001 Pump\n\n### Cause\n\n- Leak\n\n### Remedy\n\n- Mend it.\n- Fill up.\n\n## F002 Fan\n\n1. Go.\n")
        #expect(manual.passages.count == 2)
        #expect(manual.passages[0].remedies == ["Mend it.", "Fill up."])
        #expect(manual.passages[0].text == "Cause:\n- Leak\nRemedy:\n- Mend it.\n- Fill up.")
    }

    @Test("a long section is cut at line ends, each part with its heading and codes")
    func longSection() throws {
        let items = (1...60).map { "\($0). Turn screw number \($0) by half a turn and look at the gauge again." }
        let manual = try parse(
            "# M\n\n## F001 Pump\n\n" + items.joined(separator: "\n") + "\n\n## F002 Fan\n\n1. Go.\n")
        let parts = manual.passages.filter { $0.codes == manual.passages[0].codes }
        #expect(parts.count > 1)
        #expect(parts.allSatisfy { $0.text.count <= ImportLimits().passageCharacters && $0.heading == ["F001 Pump"] })
        #expect(parts.flatMap(\.remedies).count == 60)
    }

    @Test("invisible characters do not reach a passage")
    func invisible() throws {
        let manual = try table("| F\u{200B}1 | a\u{202E}b | \u{FEFF}c\u{07} | Go\u{E0041}. |\r\n")
        #expect(manual.passages[0].text == "Code: F1\nFault: ab\nCause: c\nRemedy: Go.")
    }

    @Test("what a person should look at is a warning")
    func warnings() throws {
        let manual = try table(
            "| F1 | a | b | c. |\n| F1 | a | b | c. |\n| see below | a | b | c. |\n| F2 | a | b | |\n| F3 | a |\n")
        #expect(
            Set(manual.warnings.map(\.kind)) == [.duplicateCode, .rowWithoutCode, .noRemedy, .shortRow])
        #expect(manual.warnings.first { $0.kind == .duplicateCode }?.line == 4)
        #expect(try parse("# M\n\ntext\n").warnings.map(\.kind) == [.noCodes])
    }

    @Test("a row with more cells than its header is refused, with file and line")
    func raggedRow() throws {
        let error = #expect(throws: ManualImportError.self) { try table("| F1 | a | b | c | d |\n") }
        #expect(error?.description.hasPrefix("test.md:3: the row has 5 columns, its header 4") == true)
    }
}
