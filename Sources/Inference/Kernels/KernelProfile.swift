import VulkanCompute

/// The tile sizes that kernels are specialized with for a device, and the features that they do without there.
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

    /// Positions that a workgroup of decode attention takes at least, before the context is split over several.
    public var attentionSplitPositions: Int
    /// Workgroups that a context is split over at most.
    public var attentionSplits: Int

    /// What kernels do without.
    public private(set) var disabled: Set<KernelFeature> = []

    /// The values measured to be best on this sort of device; for GPUs they are a start that no GPU has confirmed yet.
    public init(device: DeviceDescription) {
        lanes = device.subgroupSize
        batchRows = 64
        batchColumns = 64
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

    /// Makes kernels do without a feature from now on.
    public mutating func turnOff(_ feature: KernelFeature) {
        disabled.insert(feature)
        switch feature {
        case .sharedRows: lanesTakeRows = true
        case .splitAttention: attentionSplits = 1
        case .columns2, .columns4, .columns8, .columns16, .columns32:
            productColumns = min(productColumns, (feature.columns ?? 2) / 2)
        case .cooperativeMatrices, .batchTiles, .fusedProjections, .fusedGates: break
        }
    }

    /// Whether kernels may use a feature, where the device and the model's shape have it.
    public func uses(_ feature: KernelFeature) -> Bool { !disabled.contains(feature) }

    /// Invocations of a workgroup.
    var workgroupSize: Int { lanes * subgroups }
    /// Whether products of many columns have kernels of their own.
    var hasBatchProducts: Bool { !lanesTakeRows && uses(.batchTiles) }
    /// Rows that a workgroup takes in a product of few columns.
    var productRowsPerWorkgroup: Int { productRows * (lanesTakeRows ? workgroupSize : subgroups) }
}

extension KernelProfile: CustomStringConvertible {
    /// All values in one line, the same for equal profiles.
    public var description: String {
        let off = disabled.map(\.rawValue).sorted().joined(separator: " ")
        return "\(subgroups) subgroups of \(lanes) lanes, \(lanesTakeRows ? "lanes take rows" : "lanes share rows"), "
            + "products \(productRows) × \(productColumns), batches \(batchRows) × \(batchColumns), "
            + "attention \(attentionSplitPositions) × \(attentionSplits), without [\(off)]"
    }
}
