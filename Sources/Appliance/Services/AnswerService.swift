import Domain
import Journal
import Logging
import ServiceLifecycle
import Troubleshooting

/// Gives every incident its one answer, oldest first; after a restart it goes on where it was.
struct AnswerService: Service {
    static let retryPause = Duration.seconds(5)

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
            await answersWanted.drive(retryPause: Self.retryPause) { error in
                logger.error("cannot answer an incident; trying again", metadata: ["error": "\(error)"])
            } _: {
                while let incident = try journal.incidentsWithoutAnswer(limit: 1).first, !Task.isCancelled {
                    try await answer(incident)
                }
            }
        }
    }

    private func answer(_ incident: Incident) async throws {
        let machine = incident.machine.flatMap { configuration.machine($0) }
        let question = Question(
            code: incident.code, text: incident.message, machine: incident.machine, machineModel: machine?.model,
            language: machine?.language ?? configuration.language)
        let feed = feed
        let answer = try await answerer.answer(question) { feed.send(.progress(incident, $0)) }
        guard try journal.record(answer, for: incident.id) else { return }
        logger.info(
            "incident answered",
            metadata: ["incident": "\(incident.id)", "code": "\(incident.code)", "status": "\(answer.status.rawValue)"])
        feed.send(.answered(incident, answer))
        deliveryWanted.signal()
    }
}
