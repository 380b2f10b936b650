import Domain
import TestSupport
import Testing

@testable import Troubleshooting

@Suite("Procedures of random records and drafts")
struct ProcedurePropertyTests {
    private static let english = [
        "Switch off Q1.", "Wait 10 minutes.", "Switch on Q1 and press RESET.", "Open the guard G2.",
        "Close the guard G2.", "Move J5 from pin 3 to pin 7.", "Move J5 to pin 3 from pin 7.",
        "Replace fuse F3 (10 A).", "Check that 24 V is at terminal X1-3.", "Turn screw S1.",
        "Turn screw S1 clockwise by half a turn.", "Do not open the guard G2 while the press runs.",
        "Release the brake. Turn the shaft by hand.", "Press RESET.",
    ]
    private static let chinese = [
        "關閉電源開關 Q1。", "等待 10 分鐘。", "打開護罩 G2。", "關上護罩 G2。", "將跳線 J5 從端子 3 移到端子 7。",
        "將跳線 J5 從端子 7 移到端子 3。", "更換保險絲 F3。", "順時針轉動螺絲 S1 半圈。", "不可在加熱中打開安全門。",
    ]
    /// Remedies that their facts tell apart, with translations.
    private static let translated = [
        ("Check the oil level in tank T1.", "檢查油箱 T1 的油位。"), ("Replace filter HF-20.", "更換濾芯 HF-20。"),
        ("Set the pressure to 12.5 MPa with valve V3.", "用閥 V3 將壓力設定為 12.5 MPa。"),
        ("Wait 10 minutes.", "等待 10 分鐘。"), ("Open the guard G2.", "打開護罩 G2。"),
        ("Tighten screw S7 to 25 Nm.", "以 25 Nm 鎖緊螺絲 S7。"),
    ]

    private struct Case {
        let records: [Passage]
        let draft: [(action: String, cite: [String])]
        let language: Language
    }

    private static func record(_ number: Int, _ remedies: [String], _ language: Language) -> Passage {
        let manual = language == .english ? Samples.englishManual : Samples.chineseManual
        let list = remedies.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: " ")
        return Passage(
            id: "record \(number)", manual: manual, kind: .faultRow, page: number, heading: ["Alarms"],
            codes: [FaultCode("F200")].compactMap { $0 }, title: nil, text: "Cause: \(number)\nRemedy: \(list)",
            remedies: remedies, escalation: nil, safety: [], cause: "Cause \(number)")
    }

    /// What a model may make of the steps: in other order, some lost, some twice, two in one, words that change nothing.
    private static func draft(
        of records: [[String]], _ random: inout SeededGenerator
    ) -> [(action: String, cite: [String])] {
        var steps: [(action: String, cite: [String])] = []
        var lists = records.enumerated().map { index, actions in actions.map { ($0, ["p\(index + 1)"]) } }
        if Bool.random(using: &random) {
            steps = lists.flatMap { $0 }
        } else {
            while let index = lists.indices.filter({ !lists[$0].isEmpty }).randomElement(using: &random) {
                steps.append(lists[index].removeFirst())
            }
        }
        for _ in 0..<Int.random(in: 0...6, using: &random) where steps.count > 1 {
            let index = Int.random(in: 1..<steps.count, using: &random)
            switch Int.random(in: 0...5, using: &random) {
            case 0: steps.remove(at: index)
            case 1: steps.insert(steps[index], at: Int.random(in: 0..<steps.count, using: &random))
            case 2: steps.swapAt(index, Int.random(in: 0..<steps.count, using: &random))
            case 3:
                steps[index - 1].action += " " + steps[index].action
                steps.remove(at: index)
            case 4: steps[index].action = steps[index].action.replacing("screw", with: "the screw")
            default: steps[index].cite = ["p1", "p2"].shuffled(using: &random).prefix(records.count).map { $0 }
            }
        }
        return Array(steps.prefix(12))
    }

    private static func plain(_ action: String) -> String { action.replacing("the ", with: "") }

    private func check(_ sample: Case, _ note: String, isSame: (String, String) -> Bool) async throws {
        let progress = ProgressLog()
        let retrieval = Retrieval.found(
            sample.records.map { RetrievedPassage(passage: $0, match: .code, score: 1) })
        let troubleshooter = Troubleshooter(
            retriever: FixedRetriever(retrieval: retrieval), generator: ScriptedGenerator(Samples.draft(sample.draft)))
        let question = Samples.question(code: "F200", text: nil, sample.language)
        let answer = try await troubleshooter.answer(question) { progress.append($0) }
        let context = "\(note)\n\(sample.draft)\n\(answer.procedures)"
        #expect(answer.procedures.count == sample.records.count, "\(context)")
        for (procedure, record) in zip(answer.procedures, sample.records) {
            #expect(procedure.cause == record.cause, "\(context)")
            #expect(procedure.steps.map(\.n) == Array(1...record.remedies.count), "\(context)")
            #expect(zip(procedure.steps, record.remedies).allSatisfy { isSame($0.action, $1) }, "\(context)")
        }
        let shown = progress.all.shown
        #expect(shown.map(\.step) == answer.procedures.flatMap(\.steps), "\(context)")
        #expect(shown.map(\.procedure.number) == shown.map(\.procedure.number).sorted(), "\(context)")
    }

    @Test("every procedure is its record, position by position, and what was shown is the answer")
    func records() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for number in 0..<120 {
            let language: Language = number.isMultiple(of: 3) ? .traditionalChinese : .english
            let pool = language == .english ? Self.english : Self.chinese
            let remedies = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let few = pool.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random))
                return (0..<Int.random(in: 1...7, using: &random)).compactMap { _ in few.randomElement(using: &random) }
            }
            let sample = Case(
                records: remedies.enumerated().map { Self.record($0, $1, language) },
                draft: Self.draft(of: remedies, &random), language: language)
            try await check(sample, "seed \(seed), case \(number)") { Self.plain($0) == Self.plain($1) }
        }
    }

    @Test("a translated step stands only at the position whose facts it has")
    func translations() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let words = Dictionary(uniqueKeysWithValues: Self.translated)
        for number in 0..<60 {
            let remedies = (0..<Int.random(in: 1...2, using: &random)).map { _ in
                let few = Self.translated.map(\.0).shuffled(using: &random).prefix(
                    Int.random(in: 1...6, using: &random))
                return Bool.random(using: &random) ? Array(few) : Array(few) + few.prefix(2)
            }
            let sample = Case(
                records: remedies.enumerated().map { Self.record($0, $1, .english) },
                draft: Self.draft(of: remedies.map { $0.compactMap { words[$0] } }, &random),
                language: .traditionalChinese)
            try await check(sample, "seed \(seed), case \(number)") { $0 == $1 || $0 == words[$1] }
        }
    }
}
