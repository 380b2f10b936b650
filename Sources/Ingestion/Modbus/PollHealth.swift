/// Decides when a device is polled next, from how the last polls went.
///
/// A pure state machine: two failed polls in a row degrade the device, and each further one doubles its interval up to a
/// ceiling, so that a dead device costs next to nothing and one that comes back is noticed within a minute.
struct PollHealth: Sendable, Hashable {
    static let failuresToDegrade = 2
    static let retryCeilingMs = 60_000

    let pollMs: Int
    private(set) var failures = 0

    init(pollMs: Int) { self.pollMs = pollMs }

    var isDegraded: Bool { failures >= PollHealth.failuresToDegrade }

    mutating func succeeded() { failures = 0 }

    mutating func failed() { failures += 1 }

    var nextDelayMs: Int {
        guard isDegraded else { return pollMs }
        let backoff = Backoff(firstMs: pollMs * 2, ceilingMs: max(pollMs, PollHealth.retryCeilingMs))
        return backoff.delayMs(afterFailures: failures - PollHealth.failuresToDegrade + 1)
    }
}
