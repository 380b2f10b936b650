import CVulkan

/// One staging buffer of an ``UploadRing`` with the copies out of it.
final class UploadSlot {
    let staging: DeviceBuffer
    /// Bytes that are filled and not yet handed to the device.
    var usedBytes = 0

    private let device: ComputeDevice
    private let handles: CommandHandles
    private var isRunning = false
    /// Targets must live as long as copies into them.
    private var copies: [(from: Int, to: BufferSlice)] = []

    init(device: ComputeDevice, sizeBytes: Int) throws(VulkanError) {
        staging = try DeviceBuffer(device: device, sizeBytes: sizeBytes, placement: .upload)
        handles = try CommandHandles(
            device: device, family: device.transferQueue.family, flags: VK_COMMAND_POOL_CREATE_TRANSIENT_BIT)
        self.device = device
    }

    deinit {
        // A load that failed half-way leaves copies under way, which must not lose their buffers.
        if isRunning { try? device.abandoningOnLoss { () throws(VulkanError) in try waitUntilFree() } }
        guard !device.isAbandoned else { return }
        handles.destroy(on: device)
    }

    func add(from offset: Int, to target: BufferSlice) {
        copies.append((offset, target))
    }

    /// Hands the copies to the device; the staging buffer must then not be written before ``waitUntilFree()``.
    func submit() throws(VulkanError) {
        try check("vkResetCommandPool", vkResetCommandPool(device.handle, handles.pool, 0))
        var info = VkCommandBufferBeginInfo()
        info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO
        info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT.rawValue
        try check("vkBeginCommandBuffer", vkBeginCommandBuffer(handles.commands, &info))
        // Submitting makes what the CPU wrote visible, and no two copies touch the same bytes: no barrier is needed.
        for copy in copies {
            var region = VkBufferCopy(
                srcOffset: VkDeviceSize(copy.from), dstOffset: VkDeviceSize(copy.to.offset),
                size: VkDeviceSize(copy.to.size))
            vkCmdCopyBuffer(handles.commands, staging.handle, copy.to.buffer.handle, 1, &region)
        }
        try check("vkEndCommandBuffer", vkEndCommandBuffer(handles.commands))
        var buffer = VkCommandBufferSubmitInfo()
        buffer.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO
        buffer.commandBuffer = handles.commands
        let result = withUnsafePointer(to: &buffer) { buffer in
            var info = VkSubmitInfo2()
            info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2
            info.commandBufferInfoCount = 1
            info.pCommandBufferInfos = buffer
            return device.transferQueue.submit(&info, fence: handles.fence)
        }
        try check("vkQueueSubmit2", result)
        isRunning = true
    }

    /// Waits until the device has copied what the slot holds.
    func waitUntilFree() throws(VulkanError) {
        guard isRunning else { return }
        try device.wait(for: handles.fence)
        isRunning = false
        copies.removeAll(keepingCapacity: true)
        usedBytes = 0
    }
}
