/// Lets one a minute through and counts the others: what a broken device repeats must not fill disk and log.
struct MinuteLimit: Sendable {
    private static let everyNs: Int64 = 60_000_000_000

    private var passedNs: Int64?
    /// Since the last one that went through.
    private(set) var leftOut = 0

    /// - Parameter nowNs: of `Monotonic`.
    func isDue(nowNs: Int64) -> Bool { passedNs.map { nowNs - $0 >= MinuteLimit.everyNs } ?? true }

    /// For the next one that goes through.
    var moreText: String { leftOut == 0 ? "" : "; \(leftOut) more came since the last that was kept" }

    mutating func leaveOut() { leftOut += 1 }

    mutating func pass(nowNs: Int64) {
        passedNs = nowNs
        leftOut = 0
    }
}
