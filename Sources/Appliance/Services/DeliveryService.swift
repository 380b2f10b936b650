import Domain
import Foundation
import Ingestion
import Journal
import Logging
import ServiceLifecycle

/// Publishes each recorded answer until the broker has confirmed it: at least once, always the same bytes.
struct DeliveryService: Service {
    /// The topic level of incidents whose machine is not configured.
    static let unassigned = MachineID(rawValue: "unassigned")

    typealias Publish = @Sendable (_ topic: String, _ payload: Data) async throws -> Void

    let journal: EventJournal
    let topic: TopicTemplate
    let publish: Publish
    let feed: Feed
    let deliveryWanted: Wakeup
    let logger: Logger
    var retryPause = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var refusals: [Int64: Int] = [:]
            await deliveryWanted.drive(retryPause: retryPause) { error in
                logger.warning("answers wait for the broker", metadata: ["error": "\(error)"])
            } _: {
                try await deliverAll(&refusals)
            }
        }
    }

    /// - Parameter refusals: how often each incident's answer could not be published. Those that failed least go first:
    ///   one that the broker never takes must not hold up the others.
    private func deliverAll(_ refusals: inout [Int64: Int]) async throws {
        while !Task.isCancelled {
            let waiting = try await offSharedPool { [journal] in try journal.undeliveredAnswers() }
            guard !waiting.isEmpty else { return }
            let order = waiting.indices.sorted { left, right in
                let failed = (
                    refusals[waiting[left].incident, default: 0], refusals[waiting[right].incident, default: 0]
                )
                return failed.0 == failed.1 ? left < right : failed.0 < failed.1
            }
            for issued in order.map({ waiting[$0] }) {
                let machine = issued.answer.machine ?? Self.unassigned
                do {
                    try await publish(topic.topic(for: machine), issued.json)
                } catch {
                    refusals[issued.incident, default: 0] += 1
                    throw error
                }
                try await offSharedPool { [journal] in try journal.markDelivered(incident: issued.incident) }
                refusals[issued.incident] = nil
                feed.send(.delivered(incident: issued.incident))
            }
        }
    }
}
