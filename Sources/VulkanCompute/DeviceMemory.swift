import CVulkan

/// One allocation of memory, freed with this object; the buffers in it keep it alive.
///
/// `@unchecked Sendable` holds because nothing of it changes after `init`.
final class DeviceMemory: @unchecked Sendable {
    let handle: VkDeviceMemory
    let sizeBytes: Int
    private let device: ComputeDevice

    /// - Parameter type: index of a memory type of the device.
    /// - Throws: ``VulkanError`` with `.outOfMemory` and the bytes asked for and free.
    init(device: ComputeDevice, sizeBytes: Int, type: UInt32) throws(VulkanError) {
        var info = VkMemoryAllocateInfo()
        info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO
        info.allocationSize = VkDeviceSize(sizeBytes)
        info.memoryTypeIndex = type
        var memory: VkDeviceMemory?
        let result = vkAllocateMemory(device.handle, &info, nil, &memory)
        if result == VK_ERROR_OUT_OF_DEVICE_MEMORY {
            throw VulkanError(
                .outOfMemory, call: "vkAllocateMemory",
                detail: "\(sizeBytes) bytes asked for, \(device.memoryBudgetBytes()) free")
        }
        try check("vkAllocateMemory", result)
        guard let memory else { throw VulkanError(.failed, call: "vkAllocateMemory", detail: "gave no memory") }
        handle = memory
        self.sizeBytes = sizeBytes
        self.device = device
    }

    deinit {
        guard !device.isAbandoned else { return }
        vkFreeMemory(device.handle, handle, nil)
    }
}

/// What memory a buffer needs.
struct MemoryNeeds {
    let sizeBytes: Int
    let alignmentBytes: Int
    let type: UInt32

    init(of buffer: VkBuffer, device: ComputeDevice, placement: DeviceBuffer.Placement) throws(VulkanError) {
        var needs = VkMemoryRequirements()
        vkGetBufferMemoryRequirements(device.handle, buffer, &needs)
        guard let type = placement.memoryType(in: device.physical.memoryTypes, allowed: needs.memoryTypeBits) else {
            throw VulkanError(.unsupported, call: "vkAllocateMemory", detail: "no memory type for \(placement)")
        }
        sizeBytes = Int(needs.size)
        alignmentBytes = Int(needs.alignment)
        self.type = type
    }
}

extension DeviceBuffer.Placement {
    /// The memory type to take: the one that has what is needed and most of what is wished for, first wins.
    func memoryType(in types: [VkMemoryType], allowed: UInt32) -> UInt32? {
        let local = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT.rawValue
        let visible = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT.rawValue | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT.rawValue
        let cached = VK_MEMORY_PROPERTY_HOST_CACHED_BIT.rawValue
        let (needed, wished, unwished): (UInt32, UInt32, UInt32) =
            switch self {
            case .device: (local, 0, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT.rawValue)
            case .upload: (visible, 0, local | cached)
            case .readback: (visible, cached, local)
            }
        let fitting = types.indices.filter {
            allowed >> UInt32($0) & 1 == 1 && types[$0].propertyFlags & needed == needed
        }
        return fitting.max { first, second in
            func score(_ index: Int) -> Int {
                let flags = types[index].propertyFlags
                return (flags & wished).nonzeroBitCount * 4 - (flags & unwished).nonzeroBitCount
            }
            // `max` keeps the last of equals; the driver lists better types first.
            return (score(first), -first) < (score(second), -second)
        }.map { UInt32($0) }
    }
}
