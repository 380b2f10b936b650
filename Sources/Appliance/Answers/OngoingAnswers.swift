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

/// Lets a few in at a time, in the order in which they came.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { free = places }

    func pass<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
        defer { leave() }
        try Task.checkCancellation()
        return try await body()
    }

    /// The place goes straight to whoever waits longest, so that nobody slips in between.
    private func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
