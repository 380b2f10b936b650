import Domain

/// Lets a thread wait between two attempts and be woken when its owner wants it to end.
///
/// Measures on the monotonic clock: a factory computer whose clock is set back must not sleep until it catches up.
final class StopSignal: Sendable {
    private let semaphore = MonotonicSemaphore()

    func raise() { semaphore.signal() }

    /// - Returns: true as soon as the signal is raised, false when `milliseconds` have passed without.
    func wait(milliseconds: Int) -> Bool {
        guard semaphore.wait(milliseconds: milliseconds) else { return false }
        // Raised stays raised, for every later wait and every other waiter.
        semaphore.signal()
        return true
    }

    var isRaised: Bool { wait(milliseconds: 0) }
}
