import Dispatch
import Synchronization

/// What passes between the callers of a ``Scheduler`` and its thread.
final class SchedulerMailbox: Sendable {
    /// A request on its way to the thread.
    struct Submission: Sendable {
        let id: UInt64
        let request: GenerationRequest
        let priority: GenerationPriority
        let arrival: ContinuousClock.Instant
        let events: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    }

    /// What the thread finds when it looks.
    struct Messages {
        var submissions: [Submission] = []
        var cancelled: [UInt64] = []
        var isStopping = false
    }

    private struct State {
        var messages = Messages()
        var lastID: UInt64 = 0
        var open = 0
        var failure: ModelError?
        var statistics = Scheduler.Statistics()
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Puts a request in the queue.
    ///
    /// - Throws: ``ModelError`` with `.busy` if `limit` requests are not done yet; the thread's own failure after one.
    func submit(
        _ request: GenerationRequest, _ priority: GenerationPriority, limit: Int
    ) throws(ModelError) -> AsyncThrowingStream<GenerationEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: GenerationEvent.self)
        let arrival = ContinuousClock.now
        let accepted = state.withLock { state -> Result<UInt64, ModelError> in
            if let failure = state.failure { return .failure(failure) }
            guard state.open < limit else {
                return .failure(ModelError(.busy, "\(state.open) requests are under way or waiting"))
            }
            state.open += 1
            state.lastID += 1
            state.messages.submissions.append(
                Submission(
                    id: state.lastID, request: request, priority: priority, arrival: arrival, events: continuation))
            return .success(state.lastID)
        }
        let id = try accepted.get()
        continuation.onTermination = { [weak self] reason in
            if case .cancelled = reason { self?.cancel(id) }
        }
        wake.signal()
        return stream
    }

    private func cancel(_ id: UInt64) {
        state.withLock { $0.messages.cancelled.append(id) }
        wake.signal()
    }

    /// Lets the thread end; what is not done yet fails.
    func stop() {
        state.withLock { $0.messages.isStopping = true }
        wake.signal()
    }

    // MARK: The thread's side

    /// Takes what came in; waits for something if asked to.
    func take(waiting: Bool) -> Messages {
        while true {
            let messages = state.withLock { state in
                defer {
                    state.messages.submissions = []
                    state.messages.cancelled = []
                }
                return state.messages
            }
            let isEmpty = messages.submissions.isEmpty && messages.cancelled.isEmpty && !messages.isStopping
            guard isEmpty, waiting else { return messages }
            wake.wait()
        }
    }

    /// Takes notice that a request is done.
    func close() { state.withLock { $0.open -= 1 } }

    /// Refuses requests from now on.
    func fail(_ error: ModelError) { state.withLock { $0.failure = error } }

    var statistics: Scheduler.Statistics {
        get { state.withLock { $0.statistics } }
        set { state.withLock { $0.statistics = newValue } }
    }
}
