import Domain
import Testing

@testable import Troubleshooting

@Suite("Procedures")
struct ProcedureTests {
    private static let press = ManualRevision(
        file: "press.md", title: "Press manual", revision: 1, machineModel: MachineModel(rawValue: "sp-200"),
        language: .english)

    private static let latch = record(
        "F100", cause: "Latch",
        [
            "Switch off Q1.", "Wait 10 minutes.", "Switch on Q1 and press RESET.", "Switch off Q1.",
            "Wait 10 minutes.", "Open the guard G2.",
        ])
    private static let fuse = record(
        "F200", cause: "Fuse F3 blown", ["Switch off Q1.", "Replace fuse F3.", "Switch on Q1."])
    private static let guardSwitch = record(
        "F200", cause: "Guard switch dirty",
        ["Switch off Q1.", "Open the guard G2.", "Clean the guard switch.", "Close the guard G2."])

    static func record(_ code: String, cause: String?, _ remedies: [String], escalation: String? = nil) -> Passage {
        let list = remedies.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: " ")
        return Passage(
            id: "\(code) \(cause ?? "")", manual: press, kind: .faultRow, page: 1, heading: ["Alarms"],
            codes: [FaultCode(code)].compactMap { $0 }, title: "Fault of \(code)",
            text: "Code: \(code)\nCause: \(cause ?? "")\nRemedy: \(list)", remedies: remedies, escalation: escalation,
            safety: [], cause: cause)
    }

    private func answer(
        _ passages: [Passage], _ steps: [(String, String)]?, _ language: Language = .english,
        match: RetrievedPassage.Match = .code, mentions: [Passage] = []
    ) async throws -> (answer: Answer, shown: [Verification.ShownStep]) {
        let code = match == .code ? passages.first?.codes.first : nil
        let found =
            passages.map { RetrievedPassage(passage: $0, match: match, score: 1) }
            + mentions.map { RetrievedPassage(passage: $0, match: match, score: 0.5, isMention: true) }
        let progress = ProgressLog()
        let generator = steps.map { ScriptedGenerator(Samples.draft($0.map { ($0.0, [$0.1]) })) }
        let troubleshooter = Troubleshooter(retriever: FixedRetriever(retrieval: .found(found)), generator: generator)
        let answer = try await troubleshooter.answer(
            Question(
                code: code, text: code == nil ? "it stands" : nil, machine: nil,
                machineModel: Self.press.machineModel, language: language)
        ) { progress.append($0) }
        return (answer, progress.all.shown)
    }

    @Test(
        "what the manual repeats stands repeated, however the draft says it",
        arguments: [
            nil, Array(0..<6), [0, 1, 2, 5], [0, 1, 2, 3, 5], [5, 2, 1, 0], [0, 0, 1, 1, 2, 2, 5, 5],
            [0, 1, 2, 3, 4, 5, 0, 1, 2], [2],
        ] as [[Int]?])
    func repeated(draft: [Int]?) async throws {
        let remedies = Self.latch.remedies
        let result = try await answer([Self.latch], draft.map { $0.map { (remedies[$0], "p1") } })
        #expect(result.answer.status == (draft == nil ? .extract : .answered))
        #expect(result.answer.steps.map(\.action) == remedies)
        #expect(result.answer.steps.map(\.n) == Array(1...6))
        #expect(result.answer.procedures.map(\.cause) == ["Latch"])
        #expect(result.shown.map(\.step) == result.answer.steps)
    }

    @Test("a step beyond what the manual repeats is dropped and counted")
    func tooOften() async throws {
        let steps = (Self.latch.remedies + ["Switch off Q1.", "Wait 10 minutes."]).map { ($0, "p1") }
        let answer = try await answer([Self.latch], steps).answer
        #expect(answer.steps.map(\.action) == Self.latch.remedies)
        #expect(answer.provenance.verifier == Provenance.Verifier(droppedSteps: 2, version: Verifier.version))
    }

    @Test("steps of the same words in another order are two steps", arguments: [[0, 1], [1], [0], [1, 0], [0, 0]])
    func pins(draft: [Int]) async throws {
        let pins = Self.record("F101", cause: nil, ["Move J5 from pin 3 to pin 7.", "Move J5 to pin 3 from pin 7."])
        let answer = try await answer([pins], draft.map { (pins.remedies[$0], "p1") }).answer
        #expect(answer.steps.map(\.action) == pins.remedies)
    }

    @Test("adjacent repeats, a remedy that begins another one, and a step that joins two")
    func adjacent() async throws {
        let pump = Self.record(
            "F102", cause: nil, ["Press RESET.", "Press RESET.", "Turn screw S1.", "Turn screw S1 by half a turn."])
        for draft in [["Press RESET."], ["Turn screw S1."], ["Press RESET. Turn screw S1."], pump.remedies] {
            let answer = try await answer([pump], draft.map { ($0, "p1") }).answer
            #expect(answer.steps.map(\.action) == pump.remedies, "\(draft)")
        }
    }

    @Test(
        "each record has its complete procedure, in its order, though the draft mixes them or leaves one out",
        arguments: [
            [("0", "p1"), ("1", "p1"), ("1", "p2"), ("2", "p2"), ("3", "p2"), ("2", "p1")],
            [("0", "p2"), ("1", "p2"), ("0", "p1"), ("2", "p1")], [("1", "p1")], [("3", "p2")],
        ])
    func mixed(draft: [(String, String)]) async throws {
        let records = ["p1": Self.fuse, "p2": Self.guardSwitch]
        let steps = draft.compactMap { step, cite in
            records[cite].flatMap { record in Int(step).map { (record.remedies[$0], cite) } }
        }
        let result = try await answer([Self.fuse, Self.guardSwitch], steps)
        let answer = result.answer
        #expect(answer.status == .answered)
        #expect(answer.procedures.map(\.cause) == ["Fuse F3 blown", "Guard switch dirty"])
        #expect(answer.procedures.map { $0.steps.map(\.action) } == [Self.fuse.remedies, Self.guardSwitch.remedies])
        #expect(answer.procedures.map { $0.steps.map(\.n) } == [[1, 2, 3], [1, 2, 3, 4]])
        #expect(answer.procedures.map(\.cite) == ["p1", "p2"] && answer.citations.map(\.id) == ["p1", "p2"])
        #expect(answer.steps.isEmpty && answer.escalation == nil)
        #expect(result.shown.map(\.procedure.number) == [1, 1, 1, 2, 2, 2, 2])
        #expect(result.shown.map(\.step) == answer.procedures.flatMap(\.steps))
    }

    @Test("a step is shown as soon as the procedures before its own are complete")
    func streaming() {
        let question = Samples.question(code: "F200", text: nil)
        let records = [Self.fuse, Self.guardSwitch]
        var verification = Verification(
            question: question, offered: Samples.offered(Self.fuse, Self.guardSwitch), records: records)
        func take(_ action: String, _ cite: String) -> [String] {
            #expect(verification.take(DraftStep(action: action, cite: [cite])) == nil)
            return verification.takeShowable().map { "\($0.procedure.number).\($0.step.n)" }
        }
        #expect(take("Replace fuse F3.", "p1") == ["1.1", "1.2"])
        #expect(take("Open the guard G2.", "p2") == [])
        #expect(take("Switch on Q1.", "p1") == ["1.3", "2.1", "2.2"])
        #expect(verification.take(DraftStep(action: "Switch off Q1.", cite: ["p2"])) == .duplicate)
        verification.finishSteps()
        #expect(verification.takeShowable().map(\.step.action) == ["Clean the guard switch.", "Close the guard G2."])
    }

    @Test("records for which the prompt has no room have their procedures too, and each its own escalation")
    func beyondThePrompt() async throws {
        let records = (1...7).map { number in
            Self.record("F300", cause: "Cause \(number)", ["Replace part K\(number)."], escalation: "Call \(number).")
        }
        for draft in [nil, [("Replace part K2.", "p2")]] {
            let answer = try await answer(records, draft).answer
            #expect(answer.procedures.map { $0.steps.map(\.action) } == records.map(\.remedies))
            #expect(answer.procedures.map(\.escalation) == records.map(\.escalation))
            #expect(answer.citations.map(\.id) == (1...7).map { "p\($0)" })
        }
    }

    @Test("a record that only says whom to call is a procedure of its own")
    func onlyEscalation() async throws {
        let board = Self.record("F200", cause: "Board defective", [], escalation: "Call the manufacturer.")
        let answer = try await answer([Self.fuse, board], [("Replace fuse F3.", "p1")]).answer
        #expect(answer.procedures.map(\.steps.count) == [3, 0])
        #expect(answer.procedures.map(\.escalation) == [nil, "Call the manufacturer."])
    }

    @Test("text that only names the code gives no steps beside its records")
    func context() async throws {
        let prose = Self.record("F999", cause: nil, [])
        let section = Self.record("F998", cause: nil, ["Open valve V9."])
        let steps = [("Replace fuse F3.", "p1"), ("Remedy", "p2")]
        let answer = try await answer([Self.fuse], steps, mentions: [Self.mention(prose), Self.mention(section)]).answer
        #expect(answer.procedures.map { $0.steps.map(\.action) } == [Self.fuse.remedies])
        #expect(try await self.answer([Self.fuse], nil, mentions: [Self.mention(section)]).answer.procedures.count == 1)
    }

    private static func mention(_ passage: Passage) -> Passage {
        Passage(
            id: passage.id, manual: passage.manual, kind: .section, page: 1, heading: [], codes: [], title: nil,
            text: passage.text + "\nSee F200.", remedies: passage.remedies, escalation: nil, safety: [])
    }

    @Test("for a symptom the records that the draft cites answer, each with the other causes of its code")
    func symptom() async throws {
        let result = try await answer(
            [Self.latch, Self.fuse, Self.guardSwitch], [("Replace fuse F3.", "p2")], match: .text)
        #expect(result.answer.procedures.map(\.cause) == ["Fuse F3 blown", "Guard switch dirty"])
        #expect(result.shown.map(\.step) == result.answer.procedures.flatMap(\.steps))
    }

    @Test("the parts of one long section are one procedure")
    func parts() async throws {
        func part(_ number: Int, _ remedies: [String]) -> Passage {
            Passage(
                id: "part \(number)", manual: Self.press, kind: .section, page: number, heading: ["F400 Brake"],
                codes: [FaultCode("F400")].compactMap { $0 }, title: "Brake", text: remedies.joined(separator: "\n"),
                remedies: remedies, escalation: nil, safety: [])
        }
        let parts = [
            part(1, ["Switch off Q1.", "Wait 10 minutes."]), part(2, ["Wait 10 minutes.", "Open the guard G2."]),
        ]
        for draft in [nil, [("Wait 10 minutes.", "p2"), ("Switch off Q1.", "p1")]] {
            let answer = try await answer(parts, draft).answer
            #expect(answer.steps.map(\.action) == parts.flatMap(\.remedies))
            #expect(answer.steps.map(\.cite) == [["p1"], ["p1"], ["p2"], ["p2"]])
        }
    }

    @Test("text without remedies is a procedure of its lines, none of them skipped")
    func prose() async throws {
        let lines = ["Switch off Q1.", "Wait 10 minutes.", "Switch on Q1.", "Switch off Q1.", "Open the guard G2."]
        let prose = Passage(
            id: "prose", manual: Self.press, kind: .section, page: 1, heading: ["Guard"], codes: [], title: nil,
            text: lines.joined(separator: "\n"), remedies: [], escalation: nil, safety: [])
        for draft in [["Switch on Q1.", "Open the guard G2."], lines, ["Open the guard G2."]] {
            let answer = try await answer([prose], draft.map { ($0, "p1") }, match: .text).answer
            #expect(answer.steps.map(\.action) == lines)
        }
    }

    @Test("a procedure longer than a draft can be is whole")
    func long() async throws {
        let remedies = (1...30).map { "Tighten screw S\($0) to \($0 + 5) Nm." }
        let record = Self.record("F500", cause: nil, remedies)
        for draft in [nil, remedies.prefix(12).map { ($0, "p1") }] {
            #expect(try await answer([record], draft).answer.steps.map(\.action) == remedies)
        }
    }
}

extension [AnswerProgress] {
    /// The steps that stand on the screen at the end, with the procedures that they were shown under.
    var shown: [Verification.ShownStep] {
        reduce(into: []) { shown, progress in
            switch progress {
            case .step(let step, of: let procedure): shown.append(.init(step: step, procedure: procedure))
            case .extract: shown = []
            case .retrieved, .dropped: break
            }
        }
    }
}
