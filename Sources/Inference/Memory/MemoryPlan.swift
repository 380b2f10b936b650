import VulkanCompute

/// The device memory that a model needs.
public struct MemoryPlan: Sendable, Equatable {
    /// Weights.
    public let weightBytes: Int
    /// Keys and values that one position takes in all layers.
    public let cacheBytesPerToken: Int
    /// Positions that the cache holds, of all texts together.
    public let cacheTokens: Int
    /// Activations of the largest pass, what a pass is told, logits, masks, partial results of the attention, the
    /// rotation table.
    public let scratchBytes: Int
    /// Staging buffers of the load, and what its allocations may leave unused.
    public let stagingBytes: Int
    /// Bytes of weights that the decoding of one token reads.
    public let readPerTokenBytes: Int

    /// Positions of a block of the cache.
    static let blockTokens = AttentionShape.blockPositions

    /// Keys and values of all positions.
    public var cacheBytes: Int { cacheBytesPerToken * cacheTokens }
    /// All of it.
    public var totalBytes: Int { weightBytes + cacheBytes + scratchBytes + stagingBytes }

    /// What a model needs for a demand; touches nothing.
    public init(_ model: ModelFootprint, for demand: MemoryDemand) {
        let keys = model.keyHeadCount * model.headSize
        let queries = model.headCount * model.headSize
        // A step checks drafted tokens too, each in a column of its own.
        let choices = PassColumns.maximumOfStep
        let columns = max(demand.batchSize, choices)
        weightBytes = model.weightBytes
        readPerTokenBytes = model.readPerTokenBytes
        cacheBytesPerToken = 2 * model.layerCount * demand.cacheFormat.byteCount(forValues: keys)
        cacheTokens = groupCount(demand.cacheTokens, of: Self.blockTokens) * Self.blockTokens
        // The residual stream and its norm; q, k, v joined, turned queries, attended values; gate and up joined, gated.
        let rows = 2 * model.embeddingLength + 3 * queries + 2 * keys + 3 * model.feedForwardLength
        let activations = rows * columns * 4
        let logits = (model.vocabularyCount * 4 + model.vocabularyCount / 8 + 4) * choices
        let blockTable = groupCount(demand.contextTokens, of: Self.blockTokens) * demand.textCount * 4
        let states = columns * (MemoryLayout<ColumnState>.stride + MemoryLayout<Int32>.stride)
        let partialResults = AttentionKernel.partialBytes(
            heads: model.headCount, headSize: model.headSize, splits: AttentionSplits.limit)
        let rotationTable = demand.contextTokens * model.headSize * 4
        scratchBytes = activations + logits + blockTable + states + partialResults + rotationTable
        stagingBytes = WeightLoader.Staging().byteCount + MemoryArena.blockBytes
    }
}
