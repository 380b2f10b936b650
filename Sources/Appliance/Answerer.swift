import Domain
import Logging
import Manuals
import Troubleshooting

/// Answers questions with the current library and the model that is loaded.
struct Answerer: Sendable {
    let library: Library
    let model: ModelHost
    let logger: Logger

    func answer(
        _ question: Question, urgency: Urgency, onProgress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> Answer {
        // An import in another process may have switched the snapshot.
        try library.refresh()
        let troubleshooter = Troubleshooter(retriever: library, generator: await model.generator())
        let logger = logger
        var answer = try await troubleshooter.answer(question, urgency: urgency) { progress in
            switch progress {
            case .dropped(let rejection):
                logger.notice("a step of the draft was dropped", metadata: ["why": "\(rejection)"])
            case .extract(let reason) where reason != .noModel:
                logger.warning("the answer is an extract", metadata: ["why": "\(reason)"])
            case .retrieved, .step, .extract: break
            }
            onProgress(progress)
        }
        if let code = answer.code, answer.status != .ambiguous {
            answer.repairs = try library.repairHistory(of: code, machineModel: question.machineModel)
        }
        return answer
    }
}
