import Domain
import Journal
import Troubleshooting

/// Has each cause answered once, however many ask at the same time.
actor OngoingAnswers {
    private struct Work {
        let number: Int
        let isBackground: Bool
        let task: Task<Answer, any Error>
    }

    private var works: [BookKey: Work] = [:]
    private var lastNumber = 0

    /// Writes the answer, or waits for the one that is being written.
    ///
    /// What is written for nobody yet goes slowly: it is given up when somebody asks for the same.
    ///
    /// - Returns: the answer, and whether this call had it written.
    func answer(
        _ key: BookKey, _ urgency: Urgency, write: @escaping @Sendable () async throws -> Answer
    ) async throws -> (answer: Answer, isOwn: Bool) {
        while let work = works[key] {
            if work.isBackground, urgency != .background {
                work.task.cancel()
                break
            }
            do {
                return (try await work.task.value, false)
            } catch is CancellationError {
                // Whoever began it went away.
                try Task.checkCancellation()
                if works[key]?.number == work.number { works[key] = nil }
            }
        }
        lastNumber += 1
        let number = lastNumber
        let task = Task { try await write() }
        works[key] = Work(number: number, isBackground: urgency == .background, task: task)
        defer { if works[key]?.number == number { works[key] = nil } }
        let answer = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        return (answer, true)
    }
}
