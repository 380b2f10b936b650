import Foundation
import Synchronization

/// Runs `body` with 0..<`count`, each on a thread of its own, and waits for all of them.
///
/// Threads, because blocking calls must really overlap: Dispatch runs no more of them at once than there are cores.
///
/// - Throws: the first error that any of them threw, after all have ended.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let failure = FirstFailure()
    let running = DispatchGroup()
    for index in 0..<count {
        running.enter()
        Thread.detachNewThread {
            defer { running.leave() }
            failure.record { try body(index) }
        }
    }
    running.wait()
    try failure.rethrow()
}

private final class FirstFailure: Sendable {
    private let error = Mutex<(any Error)?>(nil)

    func record(_ body: () throws -> Void) {
        do {
            try body()
        } catch let thrown {
            error.withLock { $0 = $0 ?? thrown }
        }
    }

    func rethrow() throws {
        if let error = error.withLock({ $0 }) { throw error }
    }
}
