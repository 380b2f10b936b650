import CVulkan

/// What a Vulkan device is and can do, as `andon doctor` and `andon bench` show it.
public struct DeviceDescription: Sendable, Equatable {
    /// The sort of device, best first: the order in which automatic selection prefers them.
    public enum Kind: String, Sendable, CaseIterable {
        case discrete, integrated, virtual, cpu, other

        var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
    }

    /// One pool of memory.
    public struct Heap: Sendable, Equatable {
        /// The pool's whole size.
        public let sizeBytes: Int
        /// What this process may use of it now. Where the driver does not tell: the size, or of a CPU driver what the
        /// machine has to spare.
        public let budgetBytes: Int
        /// Whether it is the device's own memory.
        public let isDeviceLocal: Bool
    }

    /// Limits that kernels must keep.
    public struct Limits: Sendable, Equatable {
        /// The widest range that one storage-buffer binding may have.
        public let storageBufferRangeBytes: Int
        /// Offsets of storage-buffer bindings must be multiples of this.
        public let storageBufferAlignmentBytes: Int
        /// Workgroups of one dispatch in x, y and z.
        public let workgroupCount: [Int]
        /// Invocations of one workgroup.
        public let workgroupInvocations: Int
        /// Shared memory of one workgroup.
        public let sharedMemoryBytes: Int
        /// Push constants of one pipeline.
        public let pushConstantBytes: Int
        /// The largest single allocation.
        public let allocationBytes: Int
        /// Nanoseconds a timestamp tick takes; 0 if the queue has no timestamps.
        public let timestampPeriodNs: Double
    }

    /// The place in the loader's list.
    public let index: Int
    /// The device's name as its driver gives it.
    public let name: String
    /// The sort of device.
    public let kind: Kind
    /// Driver and its version, as `NVIDIA 535.183.01`.
    public let driver: String
    /// Vulkan version, as `1.3.230`.
    public let apiVersion: String
    /// PCI address as `0000:01:00.0`; `nil` where the driver does not tell.
    public let pciAddress: String?
    /// PCI vendor and device id as `10de:2882`.
    public let pciID: String
    /// The device's memory pools.
    public let heaps: [Heap]
    /// Limits that kernels must keep.
    public let limits: Limits
    /// Lanes of one subgroup.
    public let subgroupSize: Int
    /// What is missing for this package's shaders; empty for a usable device.
    public let missing: [String]

    /// Whether this package's shaders run on it.
    public var isUsable: Bool { missing.isEmpty }

    /// What may be allocated now in the largest pool of the device's own memory.
    public var memoryBudgetBytes: Int {
        heaps.filter(\.isDeviceLocal).map(\.budgetBytes).max() ?? 0
    }
}
