import Domain
import Foundation
import Incidents
import Journal
import Synchronization
import Testing

@testable import Appliance

@Suite("An alarm storm")
struct AlarmStormTests {
    private static let models = ["model-a", "model-b", "model-c", "model-d", "model-e"]
    private static let machinesEach = 10
    private static let codes = (0..<20).map { "S\($0 + 100)" }
    private static let rounds = 20

    /// Sixty seconds in 400 steps.
    private final class StormClock: WallClock {
        private let step = Mutex(0)
        func advance() { step.withLock { $0 += 1 } }
        func now() -> Date { Date(timeIntervalSince1970: 1_750_000_000 + Double(step.withLock { $0 }) * 0.15) }
    }

    @Test(
        "20,000 events in 60 s from 50 machines: 1,000 incidents, 50 floods with their first-outs, 5 texts of the model"
    )
    func storm() async throws {
        let plant = try AnsweringPlant()
        for model in Self.models {
            try plant.loadManual(model: model, rows: Self.codes.map { ($0, AnsweringPlant.remedy) })
        }
        let configuration = try AnsweringPlant.configuration(models: Self.models, machinesEach: Self.machinesEach)
        let path = plant.directory.url.appendingPathComponent("storm.sqlite").path
        let journal = try await offPool { try Self.rage(configuration, path: path) }
        try expectIncidents(journal)

        let answerer = Answerer(library: plant.library, model: plant.model, journal: journal, logger: plant.logger)
        let service = AnswerService(
            journal: journal, answerer: answerer, configuration: configuration, feed: Feed(),
            answersWanted: Wakeup(), deliveryWanted: Wakeup(), logger: plant.logger)
        let run = Task { try await service.run() }
        try await eventually("all answers") { try journal.incidentsWithoutAnswer(limit: 1).isEmpty }
        run.cancel()
        _ = await run.result
        #expect(plant.model.calls == Self.models.count, "once a cause: a first-out code of a machine model")
        #expect(try journal.counters().answersByStatus == [.answered: 50])
        for group in try journal.alarmGroups() {
            #expect(try journal.answer(of: group.id)?.answer.status == .answered)
        }
    }

    /// Has the storm pass over a new journal.
    private static func rage(_ configuration: Configuration, path: String) throws -> EventJournal {
        let clock = StormClock()
        let journal = try EventJournal(path: path, clock: clock)
        var largestBatch = 0
        for step in 0..<(rounds * codes.count) {
            try journal.accept(
                contentsOf: configuration.machines.enumerated().map { index, entry in
                    try event(step: step, model: index / machinesEach, machine: entry.machine.id, at: clock.now())
                })
            clock.advance()
            guard step.isMultiple(of: 7) else { continue }
            largestBatch = max(largestBatch, try journal.pending().incidents.count)
            try IncidentFolding.foldPending(in: journal)
        }
        try IncidentFolding.foldPending(in: journal)
        #expect(largestBatch <= 256, "a fold holds what a batch concerns, however long the storm")
        return journal
    }

    /// Every machine reports its codes round and round; which comes first is the model's.
    private static func event(step: Int, model: Int, machine: MachineID, at time: Date) throws -> Event {
        let code = codes[(step + model) % codes.count]
        return Event(
            idempotencyKey: nil, source: .mqtt(topic: "plant/\(machine)/alarm"), machine: machine, receivedAt: time,
            payload: Payload(Data()),
            content: .fault(
                FaultReport(
                    code: try #require(FaultCode(code)), message: "storm", severity: nil, active: true,
                    occurredAt: nil)))
    }

    private func expectIncidents(_ journal: EventJournal) throws {
        #expect(try journal.counters().events == 20_000)
        let incidents = try journal.incidents(.all, limit: 2_000)
        #expect(incidents.count == 1_000)
        #expect(incidents.allSatisfy { $0.count == Self.rounds && $0.state == .activeUnacknowledged })
        let floods = try journal.alarmGroups(floodsOnly: true)
        #expect(floods.count == 50)
        for flood in floods {
            #expect(flood.count == Self.codes.count)
            let members = try journal.incidents(ofGroup: flood.id)
            #expect(members.count == Self.codes.count)
            #expect(members.filter(\.isFirstOut).map(\.id) == [flood.id])
            let model = Self.models.firstIndex { flood.machine?.rawValue.hasPrefix($0) == true }
            #expect(members.first?.code.written == model.map { Self.codes[$0] })
        }
    }
}
