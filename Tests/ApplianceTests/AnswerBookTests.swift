import Domain
import Foundation
import Journal
import Testing
import Troubleshooting

@testable import Appliance

@Suite("Each cause is answered once")
struct AnswerBookTests {
    private let plant: AnsweringPlant

    init() throws {
        plant = try AnsweringPlant()
        try plant.loadManual(
            model: "press", rows: [("A1", AnsweringPlant.remedy), ("A2", AnsweringPlant.remedy)])
    }

    @Test("the same code on another machine, with another message, costs no model and names that machine")
    func reuse() async throws {
        let first = try await plant.answer(plant.question("A1", text: "stopped"))
        let second = try await plant.answer(plant.question("a-1", machine: "press-2", text: "stopped again"))
        #expect(plant.model.calls == 1)
        #expect(first.status == .answered && first.steps.map(\.action) == [AnsweringPlant.remedy])
        #expect(second.machine == MachineID(rawValue: "press-2") && second.code?.written == "a-1")
        #expect(second.reissued(machine: first.machine, code: first.code, timing: first.timing) == first)
        #expect(second.timing.firstToken == nil)
        let reopened = Answerer(
            library: plant.library, model: plant.model, journal: plant.journal, logger: plant.logger)
        _ = try await reopened.answer(plant.question("A1"), urgency: .incident) { _ in }
        #expect(plant.model.calls == 1, "the book outlives the process")
    }

    @Test("of many that ask at once one has it written")
    func coalescing() async throws {
        plant.model.hold()
        let plant = plant
        try await withThrowingTaskGroup(of: Answer.self) { group in
            for number in 1...20 {
                group.addTask { try await plant.answer(plant.question("A1", machine: "press-\(number)")) }
            }
            try await eventually("the model") { plant.model.calls == 1 }
            plant.model.release()
            var machines: Set<MachineID?> = []
            for try await answer in group {
                #expect(answer.status == .answered)
                machines.insert(answer.machine)
            }
            #expect(machines.count == 20)
        }
        #expect(plant.model.calls == 1)
    }

    @Test("a new library makes void exactly what changed; what did not cites the new revision")
    func newLibrary() async throws {
        for code in ["A1", "A2"] { _ = try await plant.answer(plant.question(code)) }
        #expect(plant.model.calls == 2)
        try plant.loadManual(
            model: "press", rows: [("A1", AnsweringPlant.remedy), ("A2", "Check fuse K1. 2. Close door D2.")])
        let unchanged = try await plant.answer(plant.question("A1"))
        #expect(plant.model.calls == 2)
        #expect(unchanged.citations.map(\.revision) == [2])
        #expect(unchanged.provenance.library == plant.library.libraryNumber)
        _ = try await plant.answer(plant.question("A2"))
        #expect(plant.model.calls == 3)
    }

    @Test("a new model writes anew, except what a technician approved")
    func newModel() async throws {
        for code in ["A1", "A2"] { _ = try await plant.answer(plant.question(code)) }
        let entry = try #require(try plant.journal.bookEntries(code: FaultCode("A1")).first)
        let approved = try #require(entry.answer.approved(by: "Lin", at: Date(), actions: ["Call Lin."]))
        try plant.journal.approve(approved, source: entry.key.source, by: "Lin")
        let model = CountingModel(sha256: "second")
        let answerer = Answerer(library: plant.library, model: model, journal: plant.journal, logger: plant.logger)
        let kept = try await answerer.answer(plant.question("A1"), urgency: .incident) { _ in }
        #expect(model.calls == 0)
        #expect(kept.approval?.by == "Lin" && kept.approval?.edited == true)
        #expect(kept.steps.map(\.action) == ["Call Lin."])
        let anew = try await answerer.answer(plant.question("A2"), urgency: .incident) { _ in }
        #expect(model.calls == 1)
        #expect(anew.provenance.modelSHA256 == "second" && anew.approval == nil)
    }

    @Test("who types or scans a code gets what a technician approved for it; who asks in their own words does not")
    func typedCode() async throws {
        _ = try await plant.answer(plant.question("A1"))
        let entry = try #require(try plant.journal.bookEntries(code: FaultCode("A1")).first)
        let approved = try #require(entry.answer.approved(by: "Lin", at: Date(), actions: ["Call Lin."]))
        try plant.journal.approve(approved, source: entry.key.source, by: "Lin")
        let press = MachineModel(rawValue: "press")
        func ask(_ text: String, _ model: MachineModel?, _ language: Language = .english) async throws -> Answer {
            try await plant.answer(
                plant.library.question(text, machineModel: model, language: language), urgency: .person)
        }
        for text in ["A1", " a-1\r\n", "ALARM A1", "alarm code: A1", "Ａ１", "警報 A1", "A01", "*A1*"] {
            let answer = try await ask(text, press)
            #expect(answer.approval?.by == "Lin" && answer.approval?.edited == true, "\(text)")
            #expect(answer.steps.map(\.action) == ["Call Lin."], "\(text)")
        }
        #expect(try await ask("A1", nil).approval?.by == "Lin", "the only model that has the code")
        #expect(plant.model.calls == 1)
        for text in ["A1 again after the restart", "press does not start, A1", "is A1 dangerous?"] {
            #expect(try await ask(text, press).approval == nil, "\(text)")
        }
        #expect(try await ask("A2", press).approval == nil)
        #expect(try await ask("A1", press, .traditionalChinese).approval == nil)
        try plant.loadManual(model: "press", rows: [("A1", "Check fuse K1. 2. Close door D2.")])
        #expect(try await ask("A1", press).approval == nil, "the manual says something else now")
    }

    @Test(
        "what was approved as schema 1 wrote it is written anew, since steps may be missing; a technician's own words stay"
    )
    func olderApproval() async throws {
        for (code, actions) in [("A1", nil), ("A2", ["Call Lin."])] as [(String, [String]?)] {
            _ = try await plant.answer(plant.question(code))
            let entry = try #require(try plant.journal.bookEntries(code: FaultCode(code)).first)
            var json = try #require(try JSONSerialization.jsonObject(with: entry.answer.json()) as? [String: Any])
            json["schema"] = 1
            json["procedures"] = nil
            let older = try JSONDecoder().decode(Answer.self, from: JSONSerialization.data(withJSONObject: json))
            let approved = try #require(older.approved(by: "Lin", at: Date(), actions: actions))
            try plant.journal.approve(approved, source: entry.key.source, by: "Lin")
        }
        #expect(try await plant.answer(plant.question("A1")).approval == nil)
        #expect(try await plant.answer(plant.question("A2")).steps.map(\.action) == ["Call Lin."])
    }

    @Test("an approval is not lent to a code that the approved record's section only mentions")
    func mention() async throws {
        let remedy = "Check fuse K1. See also B05 and A2."
        try plant.loadManual(model: "oven", rows: [("B5", remedy)])
        _ = try await plant.answer(plant.question("B5", machine: "oven-1", model: "oven"))
        let entry = try #require(try plant.journal.bookEntries(code: FaultCode("B5")).first)
        let approved = try #require(entry.answer.approved(by: "Lin", at: Date(), actions: ["Call Lin."]))
        try plant.journal.approve(approved, source: entry.key.source, by: "Lin")
        let oven = MachineModel(rawValue: "oven")
        let question = try plant.library.question("A2", machineModel: oven, language: .english)
        #expect(try await plant.answer(question, urgency: .person).approval == nil)
    }

    @Test("a draft that verification refuses is not written again and again; a failed device's extract is not kept")
    func extracts() async throws {
        try plant.loadManual(model: "drive", rows: [("B1", "Replace the brake.")])
        for _ in 0..<2 {
            let answer = try await plant.answer(plant.question("B1", machine: "drive-1", model: "drive"))
            #expect(answer.status == .extract)
        }
        #expect(plant.model.calls == 1)
        let without = try await plant.answerer.answer(
            plant.question("A1"), urgency: .incident, mayGenerate: false
        ) { _ in }
        #expect(without.status == .extract)
        #expect(try await plant.answer(plant.question("A1")).status == .answered)
    }

    @Test("what no manual knows, and what a person asks in their own words, is not in the book")
    func notKept() async throws {
        #expect(try await plant.answer(plant.question("Z9")).status == .notInManuals)
        for _ in 0..<2 { _ = try await plant.answer(plant.question("A1", text: "again?"), urgency: .person) }
        #expect(plant.model.calls == 2)
        #expect(try plant.journal.bookEntries().isEmpty)
    }

    @Test("while nobody asks, the codes of the machines are answered ahead; then an incident costs no model")
    func ahead() async throws {
        try plant.loadManual(model: "oven", rows: [("C1", AnsweringPlant.remedy)])
        let service = AnswersAheadService(
            answerer: plant.answerer,
            configuration: try AnsweringPlant.configuration(models: ["press", "oven"], machinesEach: 2),
            logger: plant.logger, period: .milliseconds(5))
        let run = Task { try await service.run() }
        try await eventually("the book") { try plant.journal.bookEntries().count == 3 }
        #expect(try await plant.answer(plant.question("A2", machine: "press-2")).status == .answered)
        #expect(plant.model.calls == 3)
        try plant.loadManual(model: "oven", rows: [("C1", AnsweringPlant.remedy), ("C2", AnsweringPlant.remedy)])
        try await eventually("the new code") { try plant.journal.bookEntries().count == 4 }
        #expect(plant.model.calls == 4)
        run.cancel()
        _ = await run.result
    }

    @Test("work ahead stops at once when somebody asks, and goes on when they have their answer")
    func preemption() async throws {
        plant.model.hold()
        let service = AnswersAheadService(
            answerer: plant.answerer,
            configuration: try AnsweringPlant.configuration(models: ["press"], machinesEach: 1),
            logger: plant.logger, period: .seconds(3_600))
        let run = Task { try await service.run() }
        try await eventually("work ahead") { plant.model.calls == 1 }
        // The same cause that is being written ahead: what is written for nobody is not waited for.
        async let asked = plant.answer(plant.question("A1"))
        try await eventually("the incident's own") { plant.model.calls == 2 && plant.model.cancelled == 1 }
        plant.model.release()
        #expect(try await asked.status == .answered)
        try await eventually("the rest") { try plant.journal.bookEntries().count == 2 }
        #expect(plant.model.calls == 3)
        run.cancel()
        _ = await run.result
    }
}
