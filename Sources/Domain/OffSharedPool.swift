import Dispatch
import Synchronization

/// Runs work that blocks, such as a query, a file or the loading of a model, where it holds up none of the shared pool's
/// few threads: whoever waits for a disk or a lock keeps only itself from going on.
///
/// The work belongs to the caller's task, whose cancellation it sees, and is over when the call returns; calls made one
/// after the other run one after the other.
public func offSharedPool<Value: Sendable, Failure: Error>(
    _ body: @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    try await withTaskExecutorPreference(BlockingExecutor.shared) { () async throws(Failure) -> Value in
        try body()
    }
}

/// Gives each job that is at work a thread of its own, up to a limit; further jobs wait in their order.
private final class BlockingExecutor: TaskExecutor {
    static let shared = BlockingExecutor()

    /// More than ever block at once, and far under what a process may have.
    private static let threadsLimit = 64

    private struct State {
        var threads = 0
        var waiting: [UnownedJob] = []
    }

    private let state = Mutex(State())

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isTaken = state.withLock { state in
            guard state.threads < Self.threadsLimit else {
                state.waiting.append(job)
                return false
            }
            state.threads += 1
            return true
        }
        guard isTaken else { return }
        // A serial queue: libdispatch runs it on a thread that counts in no pool, so blocking there takes nobody's turn.
        DispatchQueue(label: "andon.blocking").async { self.workOff(job) }
    }

    private func workOff(_ first: UnownedJob) {
        var next: UnownedJob? = first
        while let job = next {
            job.runSynchronously(on: asUnownedTaskExecutor())
            next = state.withLock { state in
                if state.waiting.isEmpty {
                    state.threads -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
        }
    }
}
