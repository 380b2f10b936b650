import VulkanCompute

/// How the token after a column is drawn.
struct Sampling: Equatable, Sendable {
    /// 0 takes the likeliest token; above, tokens are drawn from the softmax of `logits / temperature`.
    var temperature: Float = 0
    /// Draws only from this many of the likeliest tokens; 0 keeps all.
    var topK = 0
    /// Draws only from the likeliest tokens that have this probability together; 1 keeps all.
    var topP: Float = 1
    var seed: UInt64 = 0
}

/// One column of a pass on the device; `include/columns.glsl` declares the same words.
struct ColumnState: BitwiseCopyable {
    var position: UInt32
    /// The text that the column belongs to: its row of the block table.
    var slot: UInt32
    var seedLow: UInt32
    var seedHigh: UInt32
    /// 0 asks for the greatest logit.
    var inverseTemperature: Float
    var topP: Float
    var topK: UInt32
    /// 1: only tokens that the column's mask allows may follow.
    var flags: UInt32

    init(position: Int, slot: Int = 0, sampling: Sampling = Sampling(), isMasked: Bool = false) {
        self.position = UInt32(position)
        self.slot = UInt32(slot)
        seedLow = UInt32(truncatingIfNeeded: sampling.seed)
        seedHigh = UInt32(truncatingIfNeeded: sampling.seed >> 32)
        inverseTemperature = sampling.temperature > 0 ? 1 / sampling.temperature : 0
        topP = sampling.topP
        topK = UInt32(clamping: sampling.topK)
        flags = isMasked ? 1 : 0
    }
}

/// The columns of a recorded pass, as kernels see them on the device.
struct PassColumns {
    /// Columns that a step takes at most.
    static let maximumOfStep = 32

    /// How many there are.
    let count: Int
    /// Token ids.
    let tokens: BufferSlice
    /// ``ColumnState`` of each.
    let states: BufferSlice
    /// Blocks of every slot, `blocksPerSlot` 32-bit words each.
    let blockTable: BufferSlice
    /// Workgroups over the context of a step; ``AttentionSplits/count(length:)`` of the longest text at least.
    var splits = 1
    /// Positions of the cache that attention reads, of all texts together; only measurements say.
    var seenPositions = 0
}
