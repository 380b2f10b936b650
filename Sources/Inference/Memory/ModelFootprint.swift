import GGUF

/// The sizes of a model that decide how much memory it needs.
public struct ModelFootprint: Sendable, Equatable {
    /// Bytes of all weights, on the device as in the file.
    public var weightBytes: Int
    /// How many weights there are.
    public var weightCount: Int
    /// Bytes of weights that the decoding of one token reads.
    public var readPerTokenBytes: Int
    public var layerCount: Int
    /// Width of the residual stream.
    public var embeddingLength: Int
    /// Width between the two products of the feed-forward block.
    public var feedForwardLength: Int
    public var headCount: Int
    public var keyHeadCount: Int
    /// Values of a head.
    public var headSize: Int
    public var vocabularyCount: Int

    public init(
        weightBytes: Int, weightCount: Int, readPerTokenBytes: Int, layerCount: Int, embeddingLength: Int,
        feedForwardLength: Int, headCount: Int, keyHeadCount: Int, headSize: Int, vocabularyCount: Int
    ) {
        self.weightBytes = weightBytes
        self.weightCount = weightCount
        self.readPerTokenBytes = readPerTokenBytes
        self.layerCount = layerCount
        self.embeddingLength = embeddingLength
        self.feedForwardLength = feedForwardLength
        self.headCount = headCount
        self.keyHeadCount = keyHeadCount
        self.headSize = headSize
        self.vocabularyCount = vocabularyCount
    }

    /// Counts a file's weights.
    init(
        of file: GGUFFile, layerCount: Int, embeddingLength: Int, feedForwardLength: Int, headCount: Int,
        keyHeadCount: Int, headSize: Int, vocabularyCount: Int
    ) {
        let bytes = file.tensors.reduce(0) { $0 + $1.byteCount }
        // Of the embeddings a token reads one row, unless they are the output weights too.
        let isTied = file.tensorIfPresent("output.weight") == nil
        let embeddings = isTied ? 0 : file.tensorIfPresent("token_embd.weight")?.byteCount ?? 0
        self.init(
            weightBytes: bytes, weightCount: file.tensors.reduce(0) { $0 + $1.elementCount },
            readPerTokenBytes: bytes - embeddings, layerCount: layerCount, embeddingLength: embeddingLength,
            feedForwardLength: feedForwardLength, headCount: headCount, keyHeadCount: keyHeadCount,
            headSize: headSize, vocabularyCount: vocabularyCount)
    }

    /// Bits that a weight takes on average, with its share of scales.
    public var bitsPerWeight: Double { Double(weightBytes) * 8 / Double(max(weightCount, 1)) }
}

/// What a model shall be able to do at once.
public struct MemoryDemand: Sendable, Equatable {
    /// Positions of the longest text.
    public var contextTokens: Int
    /// Positions of all texts together, rounded up to whole blocks of the cache.
    public var cacheTokens: Int
    /// Texts that are continued at once.
    public var textCount: Int
    /// Tokens of a prompt that one pass evaluates at most.
    public var batchSize: Int
    /// How the cache stores keys and values.
    public var cacheFormat: CacheFormat

    /// - Parameter cacheTokens: one text's if left out.
    public init(
        contextTokens: Int, cacheTokens: Int? = nil, textCount: Int = 1, batchSize: Int = 256,
        cacheFormat: CacheFormat = .float16
    ) {
        self.contextTokens = contextTokens
        self.cacheTokens = cacheTokens ?? contextTokens
        self.textCount = textCount
        self.batchSize = batchSize
        self.cacheFormat = cacheFormat
    }
}
