/// Gives many buffers their places in few allocations: drivers allow about 4,096 of them, and each takes time.
///
/// Nothing is given back one by one. An allocation is freed when the arena and all buffers in it are gone, which for the
/// weights of a model is all at once. Belongs to one thread at a time.
public final class MemoryArena {
    /// Size of a shared allocation: the most that an arena may leave unused at its end.
    public static let blockBytes = 64 << 20
    /// A buffer from this size on gets an allocation of its own, so that a block's rest stays small.
    static let ownAllocationBytes = blockBytes / 4

    /// How many allocations were made so far.
    public private(set) var allocationCount = 0

    let device: ComputeDevice
    private var blocks: [Block] = []

    private struct Block {
        let memory: DeviceMemory
        let type: UInt32
        var usedBytes: Int
    }

    public init(device: ComputeDevice) {
        self.device = device
    }

    /// A place for a buffer: memory and the offset in it.
    func allocate(_ needs: MemoryNeeds) throws(VulkanError) -> (DeviceMemory, offset: Int) {
        guard needs.sizeBytes < Self.ownAllocationBytes else {
            return (try makeMemory(sizeBytes: needs.sizeBytes, type: needs.type), 0)
        }
        for index in blocks.indices where blocks[index].type == needs.type {
            let alignment = needs.alignmentBytes
            let offset = (blocks[index].usedBytes + alignment - 1) / alignment * alignment
            if offset + needs.sizeBytes <= blocks[index].memory.sizeBytes {
                blocks[index].usedBytes = offset + needs.sizeBytes
                return (blocks[index].memory, offset)
            }
        }
        let memory = try makeMemory(
            sizeBytes: min(Self.blockBytes, device.description.limits.allocationBytes), type: needs.type)
        blocks.append(Block(memory: memory, type: needs.type, usedBytes: needs.sizeBytes))
        return (memory, 0)
    }

    private func makeMemory(sizeBytes: Int, type: UInt32) throws(VulkanError) -> DeviceMemory {
        let memory = try DeviceMemory(device: device, sizeBytes: sizeBytes, type: type)
        allocationCount += 1
        return memory
    }
}
