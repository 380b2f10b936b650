import Domain
import Foundation
import Testing

@testable import Manuals

@Suite struct SampleManualTests {
    static let files = [
        "kestrel-vx40-drive.md", "halden-sp200-press.md", "norvia-bc60-conveyor.csv", "chengyao-im350-molding.md",
        "lingfeng-vmc850-cnc.md", "torvald-rx6-robot.csv", "hanfong-fw90-wrapper.pdf", "brennick-hf400-furnace.md",
        "yuhsin-cl30-chiller.xlsx", "solvane-mig350-welder.md", "aldergate-pl6-palletizer.md", "jinglun-mc12-agv.csv",
        "merrow-sc75-compressor.docx",
    ]

    @Test("each sample manual gives 15 or more codes, each with steps and a page, and no warning", arguments: files)
    func sample(file: String) throws {
        let manual = try SampleManuals.parsed(file)
        let faults = manual.passages.filter { !$0.codes.isEmpty }
        #expect(Set(faults.flatMap(\.codes)).count >= 15)
        #expect(manual.warnings.isEmpty, "\(manual.warnings)")
        for passage in faults {
            #expect((2...6).contains(passage.remedies.count), "\(passage.codes): \(passage.remedies)")
            // DOCX has no pages before it is printed.
            #expect(passage.page != nil || file.hasSuffix(".docx"))
            #expect(passage.title != nil && !passage.text.isEmpty)
        }
        #expect(faults.contains { $0.escalation != nil })
        #expect(faults.contains { !$0.safety.isEmpty })
        #expect(manual.metadata.title != nil && manual.metadata.machineModel != nil && manual.metadata.language != nil)
    }

    @Test("the sample manuals have 400 codes and more")
    func codes() throws {
        let counts = try Self.files.map { Set(try SampleManuals.parsed($0).passages.flatMap(\.codes)).count }
        #expect(counts.reduce(0, +) >= 400)
    }

    @Test("a remedy and an escalation sentence stand in the passage's text word for word", arguments: files)
    func verbatim(file: String) throws {
        for passage in try SampleManuals.parsed(file).passages {
            for remedy in passage.remedies { #expect(passage.text.contains(remedy), "\(passage.codes): \(remedy)") }
            if let escalation = passage.escalation { #expect(passage.text.contains(escalation)) }
            for block in passage.safety { #expect(!passage.text.contains(block.text)) }
        }
    }

    @Test("a row of a Markdown table with numbered remedies")
    func driveRow() throws {
        let passage = try #require(
            try SampleManuals.parsed("kestrel-vx40-drive.md").passages.first { $0.codes.first == FaultCode("F012") })
        #expect(passage.kind == .faultRow)
        #expect(passage.title == "Hardware overcurrent")
        #expect(passage.page == 22)
        #expect(passage.heading == ["Fault codes", "Motor and output"])
        #expect(
            passage.remedies == [
                "Disconnect the motor at terminals U, V and W and start the drive without it.",
                "Replace the motor cable if the fault is gone.",
                "Check that the rotor turns freely.",
                "Raise the acceleration time P1.03 by 2.0 s.",
            ])
        #expect(
            passage.escalation
                == "If the fault returns with the motor disconnected, call service and do not switch on again.")
        #expect(passage.safety.map(\.signalWord) == ["DANGER", "WARNING"])
        #expect(passage.text.hasPrefix("Code: F012\nFault: Hardware overcurrent\nProbable cause: Short circuit"))
    }

    @Test("a headed section with a cause, a numbered list and an escalation paragraph")
    func pressSection() throws {
        let passage = try #require(
            try SampleManuals.parsed("halden-sp200-press.md").passages.first { $0.codes.first == FaultCode("P101") })
        #expect(passage.kind == .section)
        #expect(passage.title == "Hydraulic pressure low")
        #expect(passage.heading == ["Alarms of the hydraulic unit", "P101 Hydraulic pressure low"])
        #expect(passage.remedies.count == 4)
        #expect(passage.remedies[2] == "Set the clamping pressure to 12.5 MPa with valve V3.")
        #expect(passage.escalation == "If the alarm returns within 10 minutes, call service.")
        #expect(passage.text.hasPrefix("Cause: The oil level is low"))
        #expect(passage.text.contains("\n3. Set the clamping pressure to 12.5 MPa with valve V3.\n"))
        #expect(passage.safety.map(\.signalWord) == ["WARNING"])
    }

    @Test("a CSV row with remedies parted by semicolons and a safety column")
    func conveyorRow() throws {
        let passage = try #require(
            try SampleManuals.parsed("norvia-bc60-conveyor.csv").passages.first { $0.codes.first == FaultCode("E-07") })
        #expect(passage.page == 8)
        #expect(passage.heading == ["Belt"])
        #expect(
            passage.remedies == [
                "Remove caked material from the tail drum", "Turn tracking screw TR-R clockwise by half a turn",
                "Let the belt run for 5 minutes and watch its edge",
            ])
        #expect(passage.escalation == "If the belt runs off again, call the maintenance team")
        #expect(
            passage.safety == [
                SafetyBlock(
                    signalWord: "WARNING", text: "Never align a running belt by hand. Use the tracking screws only.")
            ])
    }

    @Test("a Chinese table with circled numbers")
    func moldingRow() throws {
        let passage = try #require(
            try SampleManuals.parsed("chengyao-im350-molding.md").passages.first { $0.codes.first == FaultCode("A101") }
        )
        #expect(
            passage.remedies == [
                "檢查油箱油位，應在油標尺兩刻線之間", "清洗或更換吸油濾網 SF-12", "將系統壓力調整至 14.0 MPa", "檢查油管 H3 接頭是否漏油。",
            ])
        #expect(passage.escalation == "若仍無法建立壓力，請聯絡維修人員。")
        #expect(passage.text.hasPrefix("代碼：A101\n異常名稱：系統油壓過低\n"))
        #expect(passage.safety.map(\.signalWord) == ["危險", "警告"])
    }

    @Test("a Chinese section with labels")
    func machiningCentreSection() throws {
        let passage = try #require(
            try SampleManuals.parsed("lingfeng-vmc850-cnc.md").passages.first { $0.codes.first == FaultCode("AL-32") })
        #expect(passage.title == "Z 軸煞車異常")
        #expect(passage.remedies.first == "在端子 X6:1 與 X6:2 測量電壓，應為 24 V DC。")
        #expect(passage.escalation == "若煞車仍無法保持，請停止使用並聯絡原廠服務人員。")
        #expect(
            passage.safety == [SafetyBlock(signalWord: "危險", text: "Z 軸可能因自重下落。檢查前必須以木塊支撐主軸頭。")])
    }
}
