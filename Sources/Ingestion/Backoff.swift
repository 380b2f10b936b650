/// How long to wait before the next attempt: doubles with each failure in a row, up to a ceiling.
struct Backoff: Sendable, Hashable {
    let firstMs: Int
    let ceilingMs: Int

    /// - Parameter failures: failures in a row so far; 0 means no wait.
    func delayMs(afterFailures failures: Int) -> Int {
        guard failures > 0 else { return 0 }
        let doublings = min(failures - 1, 20)
        return min(ceilingMs, firstMs << doublings)
    }
}
