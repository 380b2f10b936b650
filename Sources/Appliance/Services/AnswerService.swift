import Domain
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// Gives every incident its one answer; after a restart it goes on where it was.
///
/// In an alarm storm several are written together. Machines take turns, and each has its most urgent incident answered
/// first, of equals the oldest. Of a flood only the first alarm gets an answer: the others are one alarm with it.
struct AnswerService: Service {
    static let retryPause = Duration.seconds(5)
    /// Incidents looked at together: an answer from the book must not wait for others to be written.
    static let incidentsAtOnce = 256

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
            _ = await answerer.model.writer()
            let status = await answerer.model.status
            logger.info("answers are written", metadata: ["by": "\(status)"])
            await withDiscardingTaskGroup { group in
                let inWork = IncidentsInWork()
                let trouble = StandingTrouble()
                let refusal = StandingTrouble()
                await answersWanted.drive(retryPause: Self.retryPause) { error in
                    guard trouble.isNews("\(error)") else { return }
                    logger.error("incidents stay unanswered; trying again", metadata: ["error": "\(error)"])
                } _: {
                    let waiting = try await offSharedPool { [answerer, journal] in
                        // Nothing is answered from a library that cannot be read.
                        try answerer.library.refresh()
                        return try journal.incidentsWithoutAnswer(limit: Self.incidentsAtOnce)
                    }
                    trouble.isOver()
                    for incident in waiting where inWork.begin(incident.id) {
                        group.addTask {
                            await answerOrRetryLater(incident, refusal)
                            inWork.end(incident.id)
                            answersWanted.signal()
                        }
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// - Parameter refusal: of all incidents, since many are tried again for the same reason.
    private func answerOrRetryLater(_ incident: Incident, _ refusal: StandingTrouble) async {
        do {
            try await answer(incident)
        } catch is CancellationError {
            return
        } catch {
            if refusal.isNews("\(error)") {
                logger.error("cannot answer an incident; trying again", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.retryPause)
        }
    }

    private func answer(_ incident: Incident) async throws {
        // It may have been answered, or become part of a flood, since it was looked up.
        guard try await offSharedPool({ [journal] in try journal.isWithoutAnswer(incident.id) }) else { return }
        let question = configuration.question(about: incident)
        let feed = feed
        let answer = try await answerer.answer(question, urgency: .incident, turn: AnswerTurn(incident)) {
            feed.send(.progress(incident, $0))
        }
        let issued = try await offSharedPool { [journal] in try journal.record(answer, for: incident.id) }
        guard let issued else { return }
        logger.info(
            "incident answered",
            metadata: ["incident": "\(incident.id)", "code": "\(incident.code)", "status": "\(answer.status.rawValue)"])
        feed.send(.answered(incident, issued.answer))
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
