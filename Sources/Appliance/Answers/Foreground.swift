import Synchronization

/// Whether somebody waits for an answer. Work for nobody yet stops at once when somebody does.
final class Foreground: Sendable {
    private struct State {
        var waiting = 0
        var background: Task<Void, Never>?
    }

    private let state = Mutex(State())
    /// Signalled when nobody waits any more.
    let idle = Wakeup()

    func enter() {
        let background = state.withLock { state in
            state.waiting += 1
            defer { state.background = nil }
            return state.background
        }
        background?.cancel()
    }

    func leave() {
        let isIdle = state.withLock { state in
            state.waiting -= 1
            return state.waiting == 0
        }
        if isIdle { idle.signal() }
    }

    /// Runs work while nobody waits.
    ///
    /// - Returns: false when it was not begun or was stopped, because somebody came.
    func whileIdle(_ work: @escaping @Sendable () async -> Void) async -> Bool {
        let task = state.withLock { state -> Task<Void, Never>? in
            guard state.waiting == 0 else { return nil }
            let task = Task { await work() }
            state.background = task
            return task
        }
        guard let task else { return false }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        return state.withLock { state in
            defer { state.background = nil }
            return !task.isCancelled
        }
    }
}
