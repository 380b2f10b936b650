import Domain
import Foundation

@testable import Troubleshooting

/// Passages and questions that the tests share.
enum Samples {
    static let englishManual = ManualRevision(
        file: "sp-200-service.md", title: "SP-200 Servo Press Service Manual", revision: 3,
        machineModel: MachineModel(rawValue: "sp-200"), language: .english)

    static let chineseManual = ManualRevision(
        file: "im-150.md", title: "IM-150 射出成型機維修手冊", revision: 1,
        machineModel: MachineModel(rawValue: "im-150"), language: .traditionalChinese)

    static let pressure = passage(
        englishManual, code: "F004", heading: ["Fault codes", "Hydraulics"], title: "Hydraulic pressure low",
        text: """
            Code: F004
            Fault: Hydraulic pressure low
            Cause: Oil level low; filter clogged.
            Remedy: 1. Check the oil level in tank T1. 2. Replace filter HF-20 if the indicator is red. \
            3. Set the pressure to 12.5 MPa with valve V3. If the fault returns, call service.
            """,
        remedies: [
            "Check the oil level in tank T1.", "Replace filter HF-20 if the indicator is red.",
            "Set the pressure to 12.5 MPa with valve V3.",
        ],
        escalation: "If the fault returns, call service.",
        safety: [SafetyBlock(signalWord: "WARNING", text: "Release the <pressure> before you open the circuit.")])

    static let overcurrent = passage(
        englishManual, code: "F005", heading: ["Fault codes", "Drive"], title: "Overcurrent",
        text: """
            Code: F005
            Fault: Overcurrent
            Remedy: 1. Do not reset the drive. 2. Measure 400 V between terminals U and V. 3. Wait 10 minutes, \
            then open the cover. 4. Tighten screw S7 to 25 Nm. 5. Replace fuse F1 (10 A) and fuse F2 (16 A).
            """,
        remedies: [
            "Do not reset the drive.", "Measure 400 V between terminals U and V.",
            "Wait 10 minutes, then open the cover.", "Tighten screw S7 to 25 Nm.",
            "Replace fuse F1 (10 A) and fuse F2 (16 A).",
        ])

    static let heater = passage(
        chineseManual, code: "E-12", heading: ["警報代碼", "加熱"], title: "料管溫度過低",
        text: """
            代碼：E-12
            警報：料管溫度過低
            原因：加熱片斷線；感溫線鬆脫。
            處置：①檢查加熱片 H3 的電阻是否為 20–30 Ω。②鎖緊感溫線端子 TB2-5。③將溫度設定為 210 ℃，重新啟動三次。\
            ④不可在加熱中打開安全門。若仍發生，請聯絡維修人員。
            """,
        remedies: [
            "檢查加熱片 H3 的電阻是否為 20–30 Ω。", "鎖緊感溫線端子 TB2-5。", "將溫度設定為 210 ℃，重新啟動三次。",
            "不可在加熱中打開安全門。",
        ],
        escalation: "若仍發生，請聯絡維修人員。", safety: [SafetyBlock(signalWord: "危險", text: "高溫，請勿觸摸料管。")])

    static func passage(
        _ manual: ManualRevision, code: String, heading: [String], title: String?, text: String, remedies: [String],
        escalation: String? = nil, safety: [SafetyBlock] = []
    ) -> Passage {
        Passage(
            id: "\(manual.file)#\(code)", manual: manual, kind: .faultRow, page: 12, heading: heading,
            codes: [FaultCode(code)].compactMap { $0 }, title: title, text: text, remedies: remedies,
            escalation: escalation, safety: safety)
    }

    static func question(
        code: String? = "F004", text: String? = "hydraulic pressure low", machine: String? = "press-07",
        model: String? = "sp-200", _ language: Language = .english
    ) -> Question {
        Question(
            code: code.flatMap { FaultCode($0) }, text: text, machine: machine.map { MachineID(rawValue: $0) },
            machineModel: model.map { MachineModel(rawValue: $0) }, language: language)
    }

    static func found(_ passages: Passage..., match: RetrievedPassage.Match = .code) -> Retrieval {
        .found(passages.map { RetrievedPassage(passage: $0, match: match, score: 1) })
    }

    static func offered(_ passages: Passage...) -> [OfferedPassage] {
        passages.enumerated().map { OfferedPassage(index: $0.offset, passage: $0.element) }
    }

    /// A draft as the model writes it.
    static func draft(_ steps: [(action: String, cite: [String])], escalation: String = "") -> String {
        let objects = steps.map { step in
            "{\"action\":\"\(step.action)\",\"cite\":[" + step.cite.map { "\"\($0)\"" }.joined(separator: ",") + "]}"
        }
        return "{\"steps\":[" + objects.joined(separator: ",") + "],\"escalation\":\"\(escalation)\"}"
    }
}

/// A library that gives one answer.
struct FixedRetriever: PassageRetriever {
    var libraryNumber: Int { 42 }
    let retrieval: Retrieval
    func retrieve(_ question: Question) throws -> Retrieval { retrieval }
}
