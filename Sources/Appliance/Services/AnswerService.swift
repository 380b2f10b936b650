import Domain
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// Gives every incident its one answer; after a restart it goes on where it was.
///
/// In an alarm storm several are written together, begun in the order in which the incidents opened.
struct AnswerService: Service {
    static let retryPause = Duration.seconds(5)
    /// Answers in work at once: a model continues that many texts in little more time than one.
    static let answersAtOnce = 8

    let journal: EventJournal
    let answerer: Answerer
    let configuration: Configuration
    let feed: Feed
    let answersWanted: Wakeup
    let deliveryWanted: Wakeup
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Before the first fault pays for it; events are taken meanwhile.
            _ = await answerer.model.generator()
            let status = await answerer.model.status
            logger.info("answers are written", metadata: ["by": "\(status)"])
            await withDiscardingTaskGroup { group in
                let inWork = IncidentsInWork()
                await answersWanted.drive(retryPause: Self.retryPause) { error in
                    logger.error("cannot look for incidents; trying again", metadata: ["error": "\(error)"])
                } _: {
                    for incident in try journal.incidentsWithoutAnswer(limit: Self.answersAtOnce)
                    where inWork.begin(incident.id) {
                        group.addTask {
                            await answerOrRetryLater(incident)
                            inWork.end(incident.id)
                            answersWanted.signal()
                        }
                    }
                }
                group.cancelAll()
            }
        }
    }

    private func answerOrRetryLater(_ incident: Incident) async {
        do {
            try await answer(incident)
        } catch is CancellationError {
            return
        } catch {
            logger.error("cannot answer an incident; trying again", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: Self.retryPause)
        }
    }

    private func answer(_ incident: Incident) async throws {
        let machine = incident.machine.flatMap { configuration.machine($0) }
        let question = Question(
            code: incident.code, text: incident.message, machine: incident.machine, machineModel: machine?.model,
            language: machine?.language ?? configuration.language)
        let feed = feed
        let answer = try await answerer.answer(question, urgency: .incident) { feed.send(.progress(incident, $0)) }
        guard try journal.record(answer, for: incident.id) else { return }
        logger.info(
            "incident answered",
            metadata: ["incident": "\(incident.id)", "code": "\(incident.code)", "status": "\(answer.status.rawValue)"])
        feed.send(.answered(incident, answer))
        deliveryWanted.signal()
    }
}

/// Incidents whose answers are being written.
private final class IncidentsInWork: Sendable {
    private let ids = Mutex<Set<Incident.ID>>([])

    /// - Returns: false for one that is in work already.
    func begin(_ id: Incident.ID) -> Bool { ids.withLock { $0.insert(id).inserted } }
    func end(_ id: Incident.ID) { ids.withLock { _ = $0.remove(id) } }
}
