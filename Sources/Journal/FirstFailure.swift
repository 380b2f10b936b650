import Synchronization

/// Carries the first error out of work that runs on several threads.
final class FirstFailure: Sendable {
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
