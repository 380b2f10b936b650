import CVulkan

/// A storage buffer with its own memory, freed with this object.
public final class DeviceBuffer {
    /// Where the memory lies and who reaches it.
    public enum Placement: Sendable {
        /// The device's own memory, reached by shaders and copies only.
        case device
        /// Host memory that the CPU fills and copies read.
        case upload
        /// Host memory that copies fill and the CPU reads; cached where the device offers it.
        case readback
    }

    /// The buffer's size.
    public let sizeBytes: Int
    /// Where the memory lies.
    public let placement: Placement

    let handle: VkBuffer
    private let memory: VkDeviceMemory
    private let mapped: UnsafeMutableRawPointer?
    private let device: ComputeDevice

    /// Allocates a buffer.
    ///
    /// - Parameter sizeBytes: from 1 to the device's largest allocation; rounded up to a multiple of 16.
    /// - Throws: ``VulkanError`` with `.outOfMemory` if the device cannot give that much.
    public init(device: ComputeDevice, sizeBytes requested: Int, placement: Placement) throws(VulkanError) {
        let limit = device.description.limits.allocationBytes
        guard requested > 0, requested <= limit - 16 else {
            throw VulkanError(
                .outOfMemory, call: "vkCreateBuffer",
                detail: "\(requested) bytes asked for, the device allows 1 to \(limit - 16) at once")
        }
        let size = (requested + 15) / 16 * 16
        var info = VkBufferCreateInfo()
        info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO
        info.size = VkDeviceSize(size)
        info.usage =
            VK_BUFFER_USAGE_STORAGE_BUFFER_BIT.rawValue | VK_BUFFER_USAGE_TRANSFER_SRC_BIT.rawValue
            | VK_BUFFER_USAGE_TRANSFER_DST_BIT.rawValue
        info.sharingMode = VK_SHARING_MODE_EXCLUSIVE
        var buffer: VkBuffer?
        try check("vkCreateBuffer", vkCreateBuffer(device.handle, &info, nil, &buffer))
        guard let buffer else { throw VulkanError(.failed, call: "vkCreateBuffer", detail: "gave no buffer") }
        var memory: VkDeviceMemory?
        var mapped: UnsafeMutableRawPointer?
        do {
            memory = try Self.allocate(for: buffer, device: device, placement: placement)
            try check("vkBindBufferMemory", vkBindBufferMemory(device.handle, buffer, memory, 0))
            if placement != .device {
                try check("vkMapMemory", vkMapMemory(device.handle, memory, 0, VkDeviceSize(size), 0, &mapped))
            }
        } catch {
            vkDestroyBuffer(device.handle, buffer, nil)
            vkFreeMemory(device.handle, memory, nil)
            throw error
        }
        guard let memory else { throw VulkanError(.failed, call: "vkAllocateMemory", detail: "gave no memory") }
        self.device = device
        self.placement = placement
        self.memory = memory
        self.mapped = mapped
        handle = buffer
        sizeBytes = size
    }

    deinit {
        guard !device.isAbandoned else { return }
        vkDestroyBuffer(device.handle, handle, nil)
        vkFreeMemory(device.handle, memory, nil)
    }

    /// The bytes of a buffer in host memory; the pointer must not leave `body`.
    ///
    /// No submission that touches the buffer may be under way; ``ComputeDevice/run(_:)`` returns only when its work
    /// is done.
    ///
    /// - Throws: ``VulkanError`` with `.invalidUse` if the buffer lies in the device's own memory.
    public func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) throws -> Result {
        guard let mapped else {
            throw VulkanError(.invalidUse, call: "withBytes", detail: "the buffer lies in device memory")
        }
        return try body(UnsafeMutableRawBufferPointer(start: mapped, count: sizeBytes))
    }

    /// The whole buffer, or a part of it, as a kernel reads or writes it.
    ///
    /// - Parameters:
    ///   - offset: in bytes, a multiple of the device's storage-buffer alignment.
    ///   - size: in bytes; to the end of the buffer if left out.
    public func slice(offset: Int = 0, size: Int? = nil) -> BufferSlice {
        BufferSlice(buffer: self, offset: offset, size: size ?? sizeBytes - offset)
    }

    private static func allocate(
        for buffer: VkBuffer, device: ComputeDevice, placement: Placement
    ) throws(VulkanError) -> VkDeviceMemory? {
        var needs = VkMemoryRequirements()
        vkGetBufferMemoryRequirements(device.handle, buffer, &needs)
        guard let type = placement.memoryType(in: device.physical.memoryTypes, allowed: needs.memoryTypeBits) else {
            throw VulkanError(.unsupported, call: "vkAllocateMemory", detail: "no memory type for \(placement)")
        }
        var info = VkMemoryAllocateInfo()
        info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO
        info.allocationSize = needs.size
        info.memoryTypeIndex = type
        var memory: VkDeviceMemory?
        let result = vkAllocateMemory(device.handle, &info, nil, &memory)
        if result == VK_ERROR_OUT_OF_DEVICE_MEMORY {
            throw VulkanError(
                .outOfMemory, call: "vkAllocateMemory",
                detail: "\(needs.size) bytes asked for, \(device.memoryBudgetBytes()) free")
        }
        try check("vkAllocateMemory", result)
        return memory
    }
}

/// A part of a buffer.
public struct BufferSlice {
    /// The buffer.
    public let buffer: DeviceBuffer
    /// The part's start in bytes.
    public let offset: Int
    /// The part's length in bytes.
    public let size: Int

    func overlaps(_ other: BufferSlice) -> Bool {
        buffer === other.buffer && offset < other.offset + other.size && other.offset < offset + size
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
