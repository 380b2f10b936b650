/// The newest idempotency keys by the digest of what they were given to, a bounded number.
struct RecentKeys: Sendable {
    private let limit: Int
    private var keys: [String: String] = [:]
    /// A ring, oldest at ``oldest`` once it is full.
    private var digests: [String] = []
    private var oldest = 0

    init(limit: Int) { self.limit = limit }

    subscript(digest: String) -> String? { keys[digest] }

    mutating func insert(_ key: String, digest: String) {
        // One that is already there keeps its place and leaves with it: no harm, only a shorter memory.
        guard keys.updateValue(key, forKey: digest) == nil else { return }
        if digests.count < limit {
            digests.append(digest)
        } else {
            keys[digests[oldest]] = nil
            digests[oldest] = digest
            oldest = (oldest + 1) % limit
        }
    }
}
