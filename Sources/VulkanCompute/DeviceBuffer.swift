import CVulkan

/// A storage buffer, freed with this object.
///
/// `@unchecked Sendable` holds because nothing of the object changes after `init`; who may touch the buffer's contents
/// when is for its users to agree on, as with the device's own accesses.
public final class DeviceBuffer: @unchecked Sendable {
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
    private let memory: DeviceMemory
    private let mapped: UnsafeMutableRawPointer?
    private let device: ComputeDevice

    /// Allocates a buffer with memory of its own.
    ///
    /// - Parameter sizeBytes: from 1 to the device's largest allocation; rounded up to a multiple of 16.
    /// - Throws: ``VulkanError`` with `.outOfMemory` if the device cannot give that much.
    public convenience init(device: ComputeDevice, sizeBytes: Int, placement: Placement) throws(VulkanError) {
        try self.init(device: device, sizeBytes: sizeBytes, placement: placement, arena: nil)
    }

    /// Allocates a buffer in the device's own memory, together with the arena's other buffers.
    ///
    /// - Parameter sizeBytes: from 1 to the device's largest allocation; rounded up to a multiple of 16.
    /// - Throws: ``VulkanError`` with `.outOfMemory` if the device cannot give that much.
    public convenience init(arena: MemoryArena, sizeBytes: Int) throws(VulkanError) {
        try self.init(device: arena.device, sizeBytes: sizeBytes, placement: .device, arena: arena)
    }

    private init(
        device: ComputeDevice, sizeBytes requested: Int, placement: Placement, arena: MemoryArena?
    ) throws(VulkanError) {
        let limit = device.description.limits.allocationBytes
        guard requested > 0, requested <= limit - 16 else {
            throw VulkanError(
                .outOfMemory, call: "vkCreateBuffer",
                detail: "\(requested) bytes asked for, the device allows 1 to \(limit - 16) at once")
        }
        let size = (requested + 15) / 16 * 16
        let buffer = try Self.makeHandle(device, size: size)
        var mapped: UnsafeMutableRawPointer?
        do {
            let needs = try MemoryNeeds(of: buffer, device: device, placement: placement)
            let offset: Int
            if let arena {
                (memory, offset) = try arena.allocate(needs)
            } else {
                (memory, offset) = (try DeviceMemory(device: device, sizeBytes: needs.sizeBytes, type: needs.type), 0)
            }
            try check(
                "vkBindBufferMemory", vkBindBufferMemory(device.handle, buffer, memory.handle, VkDeviceSize(offset)))
            if placement != .device {
                try check("vkMapMemory", vkMapMemory(device.handle, memory.handle, 0, VkDeviceSize(size), 0, &mapped))
            }
        } catch {
            vkDestroyBuffer(device.handle, buffer, nil)
            throw error
        }
        self.device = device
        self.placement = placement
        self.mapped = mapped
        handle = buffer
        sizeBytes = size
        if placement == .device { device.ownBufferBytes.add(size, ordering: .relaxed) }
    }

    deinit {
        if placement == .device { device.ownBufferBytes.subtract(sizeBytes, ordering: .relaxed) }
        guard !device.isAbandoned else { return }
        vkDestroyBuffer(device.handle, handle, nil)
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

    private static func makeHandle(_ device: ComputeDevice, size: Int) throws(VulkanError) -> VkBuffer {
        let families = device.queueFamilies
        var buffer: VkBuffer?
        let result = families.withUnsafeBufferPointer { families in
            var info = VkBufferCreateInfo()
            info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO
            info.size = VkDeviceSize(size)
            info.usage =
                VK_BUFFER_USAGE_STORAGE_BUFFER_BIT.rawValue | VK_BUFFER_USAGE_TRANSFER_SRC_BIT.rawValue
                | VK_BUFFER_USAGE_TRANSFER_DST_BIT.rawValue
            // Sharing costs images their compression; for buffers drivers do the same either way.
            info.sharingMode = families.count > 1 ? VK_SHARING_MODE_CONCURRENT : VK_SHARING_MODE_EXCLUSIVE
            info.queueFamilyIndexCount = UInt32(families.count)
            info.pQueueFamilyIndices = families.baseAddress
            return vkCreateBuffer(device.handle, &info, nil, &buffer)
        }
        try check("vkCreateBuffer", result)
        guard let buffer else { throw VulkanError(.failed, call: "vkCreateBuffer", detail: "gave no buffer") }
        return buffer
    }
}

/// A part of a buffer.
public struct BufferSlice: Sendable {
    /// The buffer.
    public let buffer: DeviceBuffer
    /// The part's start in bytes.
    public let offset: Int
    /// The part's length in bytes.
    public let size: Int

    func isSame(as other: BufferSlice) -> Bool {
        buffer === other.buffer && offset == other.offset && size == other.size
    }

    func overlaps(_ other: BufferSlice) -> Bool {
        buffer === other.buffer && offset < other.offset + other.size && other.offset < offset + size
    }
}
