/// The shape of an attention block.
struct AttentionShape: Equatable, Sendable {
    /// Query heads.
    let heads: Int
    /// Key and value heads; `heads` is a multiple of it.
    let kvHeads: Int
    /// Values of a head, a multiple of eight.
    let headSize: Int
    /// Positions that the cache has room for.
    let context: Int

    /// Query heads that share one key and value head.
    var headsPerKV: Int { heads / kvHeads }
    /// Rows of the queries.
    var querySize: Int { heads * headSize }
    /// Rows of the keys, and of the values.
    var kvSize: Int { kvHeads * headSize }
    /// Bytes that keys, or values, of one layer take in the cache.
    var cacheBytes: Int { kvSize * context * 2 }
}
