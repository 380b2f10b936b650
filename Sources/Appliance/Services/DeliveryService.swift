import Domain
import Foundation
import Ingestion
import Journal
import Logging
import ServiceLifecycle

/// Publishes each recorded answer until the broker has confirmed it: at least once, always the same bytes.
struct DeliveryService: Service {
    static let retryPause = Duration.seconds(5)
    /// The topic level of incidents whose machine is not configured.
    static let unassigned = MachineID(rawValue: "unassigned")

    typealias Publish = @Sendable (_ topic: String, _ payload: Data) async throws -> Void

    let journal: EventJournal
    let topic: TopicTemplate
    let publish: Publish
    let feed: Feed
    let deliveryWanted: Wakeup
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            deliveryWanted.signal()
            for await _ in deliveryWanted.stream {
                do {
                    try await deliverAll()
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("answers wait for the broker", metadata: ["error": "\(error)"])
                    guard (try? await Task.sleep(for: Self.retryPause)) != nil else { return }
                    deliveryWanted.signal()
                }
            }
        }
    }

    private func deliverAll() async throws {
        while !Task.isCancelled {
            let waiting = try journal.undeliveredAnswers()
            guard !waiting.isEmpty else { return }
            for issued in waiting {
                let machine = issued.answer.machine ?? Self.unassigned
                try await publish(topic.topic(for: machine), issued.json)
                try journal.markDelivered(incident: issued.incident)
                feed.send(.delivered(incident: issued.incident))
            }
        }
    }
}
