import VulkanCompute

/// The tile sizes that kernels are specialized with for a device.
public struct KernelProfile: Sendable, Equatable {
    /// Lanes of a subgroup.
    public var lanes: Int
    /// Subgroups of a workgroup, where a kernel may choose.
    public var subgroups: Int
    /// Whether in products of few columns each lane takes rows of its own, which suits lanes that load one by one; else a
    /// subgroup's lanes share the units of a row, so that they load side by side.
    public var lanesTakeRows: Bool
    /// Rows that a lane (``lanesTakeRows``) or else a subgroup takes in such a product, a multiple of four.
    public var productRows: Int
    /// Columns that such a product takes at once at most, a power of two.
    public var productColumns: Int
    /// Rows of the tile that a workgroup takes in products of many columns, a multiple of four; not used where
    /// ``lanesTakeRows``.
    public var batchRows: Int
    /// Columns of that tile, a multiple of four.
    public var batchColumns: Int
    /// Whether products of many columns use cooperative matrices where the device has them.
    public var usesCooperativeMatrices: Bool

    /// Positions that a workgroup of decode attention takes at least, before the context is split over several.
    public var attentionSplitPositions: Int
    /// Workgroups that a context is split over at most.
    public var attentionSplits: Int

    /// The values measured to be best on this sort of device; for GPUs they are a start that no GPU has confirmed yet.
    public init(device: DeviceDescription) {
        lanes = device.subgroupSize
        batchRows = 64
        batchColumns = 64
        usesCooperativeMatrices = true
        if device.kind == .cpu {
            // A CPU driver runs a workgroup's subgroups one after another and pays for every barrier between them.
            subgroups = 1
            lanesTakeRows = true
            productRows = 4
            productColumns = 8
            attentionSplitPositions = 256
            attentionSplits = 8
        } else {
            subgroups = 4
            lanesTakeRows = false
            productRows = 4
            productColumns = 32
            attentionSplitPositions = 64
            attentionSplits = 32
        }
    }

    /// Invocations of a workgroup.
    var workgroupSize: Int { lanes * subgroups }
}
