import Domain
import Foundation
import Ingestion
import Journal
import Logging
import Synchronization
import TestSupport
import Testing
import Troubleshooting

@testable import Appliance

@Suite("Delivery of answers")
struct DeliveryServiceTests {
    /// Finds nothing in any manual.
    private struct NoManuals: PassageRetriever {
        let libraryNumber = 0
        func retrieve(_ question: Question) -> Retrieval { .nothing(suggestions: []) }
    }

    private struct Refused: Error {}

    @Test("an answer that the broker never takes does not hold up the others, and stays in the outbox")
    func oneRefused() async throws {
        let directory = try TemporaryDirectory()
        let journal = try EventJournal(path: directory.url.appendingPathComponent("journal.sqlite").path)
        for code in ["F1", "F2", "F3", "F4"] { _ = try journal.accept(fault(code)) }
        try IncidentFolding.foldPending(in: journal)
        let troubleshooter = Troubleshooter(retriever: NoManuals(), generator: nil)
        for incident in try journal.incidentsWithoutAnswer() {
            let question = Question(
                code: incident.code, text: nil, machine: incident.machine, machineModel: nil, language: .english)
            _ = try journal.record(try await troubleshooter.answer(question), for: incident.id)
        }

        let published = Mutex<[String]>([])
        let wakeup = Wakeup()
        let service = DeliveryService(
            journal: journal, topic: try TopicTemplate("andon/answers/{machine}"),
            publish: { _, payload in
                let code = try JSONDecoder().decode(Answer.self, from: payload).code?.written ?? "-"
                guard code != "F1" else { throw Refused() }
                published.withLock { $0.append(code) }
            },
            feed: Feed(), deliveryWanted: wakeup, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            retryPause: .milliseconds(1))
        let delivery = Task { try await service.run() }
        try await eventually("the others") { published.withLock { $0.count } == 3 }
        delivery.cancel()
        _ = await delivery.result
        #expect(published.withLock { $0 } == ["F2", "F3", "F4"])
        #expect(try journal.undeliveredAnswers().map { $0.answer.code?.written } == ["F1"])
    }

    private func fault(_ code: String) throws -> Event {
        Event(
            idempotencyKey: nil, source: .mqtt(topic: "t"), machine: MachineID(rawValue: "press-01"),
            receivedAt: Date(),
            payload: Payload(Data()),
            content: .fault(
                FaultReport(
                    code: try #require(FaultCode(code)), message: nil, severity: nil, active: true, occurredAt: nil)))
    }
}
