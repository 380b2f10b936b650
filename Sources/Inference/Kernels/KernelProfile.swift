import VulkanCompute

/// The tile sizes that kernels are specialized with for a device.
public struct KernelProfile: Sendable, Equatable {
    /// Lanes of a subgroup.
    public var lanes: Int
    /// Subgroups of a workgroup, where a kernel may choose.
    public var subgroups: Int
    /// Rows that a subgroup of the matrix-vector product takes, in fours.
    public var vectorRowGroups: Int
    /// Rows that a subgroup of the matrix-matrix product takes, in `lanes`.
    public var matrixRowTiles: Int

    /// The values measured to be best on this sort of device; for GPUs they are a start that no GPU has confirmed yet.
    public init(device: DeviceDescription) {
        lanes = device.subgroupSize
        if device.kind == .cpu {
            // A CPU driver runs a workgroup's subgroups one after another and pays for every barrier between them.
            subgroups = 1
            vectorRowGroups = 2
            matrixRowTiles = 2
        } else {
            subgroups = 4
            vectorRowGroups = 1
            matrixRowTiles = 1
        }
    }

    /// Invocations of a workgroup.
    var workgroupSize: Int { lanes * subgroups }
}
