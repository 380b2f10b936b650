/// Tells what of a trouble that lasts is news, so that a service that tries again all the time logs it now and then.
struct StandingTrouble {
    /// How often a trouble that stays the same is told.
    static let period = Duration.seconds(600)

    private var told: String?
    private var toldAt = ContinuousClock.now

    /// Whether to tell of it: the first time, when it is another, and once in ``period``.
    mutating func isNews(_ text: String, at now: ContinuousClock.Instant = .now) -> Bool {
        guard told != text || toldAt.duration(to: now) >= Self.period else { return false }
        (told, toldAt) = (text, now)
        return true
    }

    mutating func isOver() { told = nil }
}
