import Domain
import Testing

@testable import Manuals

@Suite struct PlainTextImporterTests {
    private func parse(_ text: String) throws -> ParsedManual { try ManualsTests.parse(text, as: "a.txt") }

    @Test("a table of fixed columns: wrapped cells are joined, each row is a passage with its line and header")
    func fixedWidth() throws {
        let manual = try parse(
            """
            # machine_model: m1

            Code    Fault                 Cause                      Remedy
            ------  --------------------  -------------------------  ----------------------------
            F001    Supply undervoltage   Mains below 323 V          1. Check the mains fuses.
                                          or a phase is missing      2. Measure the voltage at
                                                                     terminals L1, L2 and L3.
            F002    DC link overvoltage   Ramp too short             Raise P1.04 by 2.0 s.
            E.OC1 / Overcurrent           Short circuit              Replace the motor
            E.OC2                                                    cable.

            The drive restarts by itself.
            """)
        let rows = manual.passages.filter { $0.kind == .faultRow }
        #expect(rows.map { $0.codes.map(\.written) } == [["F001"], ["F002"], ["E.OC1", "E.OC2"]])
        #expect(rows.map(\.line) == [5, 8, 9])
        #expect(rows[0].remedies == ["Check the mains fuses.", "Measure the voltage at terminals L1, L2 and L3."])
        #expect(rows[0].text.contains("Cause: Mains below 323 V or a phase is missing\n"))
        #expect(rows[2].remedies == ["Replace the motor cable."])
        #expect(rows.allSatisfy { $0.layout.header == ["Code", "Fault", "Cause", "Remedy"] })
        #expect(manual.passages.first { $0.kind == .section }?.text == "The drive restarts by itself.")
    }

    @Test("Chinese characters take two columns; rules between rows part them; codes may stand in the middle")
    func chineseGrid() throws {
        let manual = try parse(
            """
            機型：im-350
            +------+------------+--------------+----------------------+
            | 代碼 | 異常名稱   | 原因         | 處置                 |
            +------+------------+--------------+----------------------+
            |      | 系統油壓   | 油位過低或   | ①檢查油位。          |
            | A101 | 過低       | 濾網堵塞     | ②清洗吸油濾網        |
            |      |            |              | SF-12。              |
            +------+------------+--------------+----------------------+
            | A102 | 油溫過高   | 冷卻水不足   | 檢查冷卻水流量。     |
            +------+------------+--------------+----------------------+
            """)
        #expect(manual.metadata.machineModel?.rawValue == "im-350")
        #expect(manual.passages.map { $0.codes.map(\.written) } == [["A101"], ["A102"]])
        #expect(manual.passages[0].title == "系統油壓過低")
        #expect(manual.passages[0].remedies == ["檢查油位。", "清洗吸油濾網SF-12。"])
        #expect(manual.passages[0].text.contains("原因：油位過低或濾網堵塞"))
    }

    @Test("headings by rules and numbers, sections headed by codes, warnings by their signal words")
    func sections() throws {
        let manual = try parse(
            """
            Press manual
            ============

            2.1 Hydraulic alarms

            WARNING
            Oil under pressure. Release the accumulator
            first.

            Alarm P101 Hydraulic pressure low

            Cause: the oil level is low.
            Remedy:
            1. Fill up oil.
            2. Set valve V3
               to 12.5 MPa.

            Alarm P102 Oil too hot

            Remedy: clean the cooler.
            """)
        let alarms = manual.passages.filter { !$0.codes.isEmpty }
        #expect(alarms.map { $0.codes.map(\.written) } == [["P101"], ["P102"]])
        #expect(alarms[0].heading == ["2.1 Hydraulic alarms", "Alarm P101 Hydraulic pressure low"])
        #expect(alarms[0].remedies == ["Fill up oil.", "Set valve V3 to 12.5 MPa."])
        #expect(alarms[1].remedies == ["clean the cooler."])
        #expect(
            alarms[0].safety == [
                SafetyBlock(signalWord: "WARNING", text: "Oil under pressure. Release the accumulator first.")
            ])
        #expect(alarms[1].safety == alarms[0].safety)
    }

    @Test("a wrapped line that begins with a number goes on, one with the next list mark does not")
    func wrappedNumbers() throws {
        let manual = try parse(
            """
            Code   Fault     Remedy
            E01    Hot       1. Set the limit to
                             45. Then wait 5 minutes.
                             2. Start again.
            """)
        #expect(manual.passages.first?.remedies == ["Set the limit to 45. Then wait 5 minutes.", "Start again."])
    }

    @Test("a name between a table's rows heads those that follow; a sentence in between is text")
    func groups() throws {
        let manual = try parse(
            """
            Code   Fault            Remedy
            E01    Fan blocked      Clean it.

            Faults of the belt and its motors

            E02    Belt torn        Mend it.
            """)
        let rows = manual.passages.filter { $0.kind == .faultRow }
        #expect(rows.map(\.heading) == [[], ["Faults of the belt and its motors"]])
        #expect(rows.map { $0.codes.map(\.written) } == [["E01"], ["E02"]])
    }

    @Test("a line without end is refused before it is read as words")
    func longLine() throws {
        let error = #expect(throws: ManualImportError.self) {
            try parse("Code\n" + String(repeating: "word ", count: 400_000))
        }
        #expect(error?.line == 2 && error?.code == .tooLarge)
    }

    @Test("running text is cut into even parts of at most 800 characters, none of them a short rest")
    func evenParts() throws {
        let sentence = "The guard of the belt stays closed while the belt is running. "
        let manual = try parse(String(repeating: sentence + "\n", count: 30))
        let lengths = manual.passages.map(\.text.count)
        #expect(lengths.count == 3 && lengths.allSatisfy { (300...800).contains($0) }, "\(lengths)")
    }

    @Test(
        "codes of one cell are told apart in every way that manuals write them",
        arguments: [
            ("E.OC1 / E.OC2", ["E.OC1", "E.OC2"]), ("E.OC1/2/3", ["E.OC1", "E.OC2", "E.OC3"]),
            ("F07801–F07803", ["F07801", "F07802", "F07803"]), ("F07801-F07803", ["F07801", "F07802", "F07803"]),
            ("E-07", ["E-07"]), ("E-07~09", ["E-07", "E-08", "E-09"]), ("F001、F002", ["F001", "F002"]),
            ("12-15", ["12-15"]),
        ])
    func severalCodes(cell: String, codes: [String]) {
        #expect(CodeRecognizer.codes(inCell: cell).map(\.written) == codes)
    }
}
