import Appliance
import Domain
import Foundation
import Ingestion
import Journal
import Logging
import Terminal

/// How long an incident waits whose answer is in the book: from the moment its event is offered to the journal until its
/// answer is durable, in an appliance as it runs.
enum BookFigures {
    private static let machines = 250

    static func measure(
        _ base: Configuration, _ shipped: ShippedFiles, _ logger: Logger
    ) async throws -> Spread {
        let sample = try SampleLibrary(shipped)
        let questions = try smallestManual(sample)
        var configuration = base
        configuration.mqtt = nil
        configuration.modbusServer = nil
        configuration.machines = try (0..<machines).map { number in
            let question = questions[number % questions.count]
            let id = MachineID(rawValue: "bench-\(number)")
            return Configuration.MachineEntry(
                machine: Machine(
                    id: id, model: question.machineModel ?? MachineModel(rawValue: "bench"), language: question.language
                ),
                profile: "generic-json", connection: .mqtt(try TopicTemplate("bench/\(number)"), .standard))
        }
        let appliance = try Appliance(
            configuration: configuration, directory: sample.directory, shipped: shipped, logger: logger)
        let running = Task { try await appliance.run(handlingSignals: false) }
        do {
            try await fillBook(appliance, questions.count)
            let times = try await answerTimes(appliance, questions)
            await appliance.shutDown()
            try await running.value
            return Spread(times)
        } catch {
            await appliance.shutDown()
            _ = await running.result
            throw error
        }
    }

    /// The questions of the manual with the fewest codes: the model writes them all first.
    private static func smallestManual(_ sample: SampleLibrary) throws -> [Question] {
        let all = try sample.questions(atMost: .max)
        let manuals = Dictionary(grouping: all) { $0.machineModel }
        return manuals.values.min { $0.count < $1.count } ?? []
    }

    /// Waits until the appliance, which has nothing else to do, has answered every code ahead.
    private static func fillBook(_ appliance: Appliance, _ codes: Int) async throws {
        let bar = ProgressBar("Answering ahead")
        defer { bar.finish() }
        while true {
            let known = try appliance.journal.bookEntries(limit: codes).count
            bar.update(Double(known) / Double(codes))
            if known >= codes { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func answerTimes(_ appliance: Appliance, _ questions: [Question]) async throws -> [Double] {
        let events = appliance.feed.subscribe()
        var iterator = events.makeAsyncIterator()
        var times: [Double] = []
        let bar = ProgressBar("Measuring")
        defer { bar.finish() }
        for number in 0..<machines {
            guard let code = questions[number % questions.count].code else { continue }
            let machine = MachineID(rawValue: "bench-\(number)")
            let start = ContinuousClock.now
            try await offSharedPool {
                _ = try appliance.journal.accept(event(code, of: machine))
            }
            waiting: while let event = await iterator.next() {
                guard case .answered(let incident, _) = event, incident.machine == machine else { continue }
                times.append(start.duration(to: .now) / .milliseconds(1))
                break waiting
            }
            bar.update(Double(number + 1) / Double(machines))
        }
        return times
    }

    private static func event(_ code: FaultCode, of machine: MachineID) -> Event {
        Event(
            idempotencyKey: nil, source: .mqtt(topic: "bench"), machine: machine, receivedAt: Date(),
            payload: Payload(Data()),
            content: .fault(
                FaultReport(code: code, message: nil, severity: nil, active: true, occurredAt: nil)))
    }
}
