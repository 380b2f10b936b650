/// The shape of an attention block and of its part of the cache.
struct AttentionShape: Equatable, Sendable {
    /// Positions of a block of the cache.
    static let blockPositions = 32

    /// Query heads.
    let heads: Int
    /// Key and value heads; `heads` is a multiple of it.
    let kvHeads: Int
    /// Values of a head, a multiple of eight.
    let headSize: Int
    /// Positions of one text at most.
    let context: Int
    /// Blocks of the cache, shared by all texts.
    let blocks: Int
    /// How the cache stores keys and values; `headSize` is a multiple of its blocks' size.
    let cacheFormat: CacheFormat

    /// - Parameter cacheLength: positions of all texts together; at least the context's are taken, and whole blocks.
    init(
        heads: Int, kvHeads: Int, headSize: Int, context: Int, cacheLength: Int? = nil,
        cacheFormat: CacheFormat = .float16
    ) {
        self.heads = heads
        self.kvHeads = kvHeads
        self.headSize = headSize
        self.context = context
        self.cacheFormat = cacheFormat
        blocks = groupCount(max(context, cacheLength ?? 0), of: Self.blockPositions)
    }

    /// Blocks of one text at most.
    var blocksPerSlot: Int { groupCount(context, of: Self.blockPositions) }
    /// Query heads that share one key and value head.
    var headsPerKV: Int { heads / kvHeads }
    /// Rows of the queries.
    var querySize: Int { heads * headSize }
    /// Rows of the keys, and of the values.
    var kvSize: Int { kvHeads * headSize }
    /// Bytes that keys, or values, of one layer take in the cache.
    var cacheBytes: Int { positionBytes * blocks * Self.blockPositions }
    /// Bytes that the keys, or values, of one position take there.
    var positionBytes: Int { cacheFormat.byteCount(forValues: kvSize) }
    /// Bytes of the sines and cosines of one position.
    var angleBytes: Int { headSize * 4 }
}
