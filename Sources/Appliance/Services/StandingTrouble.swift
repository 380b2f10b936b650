import Synchronization

/// Tells what of a trouble that lasts is news, so that a service that tries again all the time logs it now and then.
final class StandingTrouble: Sendable {
    /// How often a trouble that stays the same is told.
    static let period = Duration.seconds(600)

    private struct Told {
        let text: String
        let at: ContinuousClock.Instant
    }

    private let told = Mutex<Told?>(nil)

    /// Whether to tell of it: the first time, when it is another, and once in ``period``.
    func isNews(_ text: String, at now: ContinuousClock.Instant = .now) -> Bool {
        told.withLock { told in
            if let told, told.text == text, told.at.duration(to: now) < Self.period { return false }
            told = Told(text: text, at: now)
            return true
        }
    }

    func isOver() { told.withLock { $0 = nil } }
}
