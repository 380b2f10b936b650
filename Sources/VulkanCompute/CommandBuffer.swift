import CVulkan

/// Recorded commands, which can be run again and again.
public final class CommandBuffer {
    /// How often one command buffer may mark the time.
    public static let maximumTimeMarks = 16

    let handle: VkCommandBuffer
    let queries: VkQueryPool
    fileprivate let fence: VkFence
    private let pool: VkCommandPool
    private let device: ComputeDevice
    /// Buffers and pipelines must live as long as commands that name them.
    private var retained: [ObjectIdentifier: AnyObject] = [:]

    init(device: ComputeDevice) throws(VulkanError) {
        var pool: VkCommandPool?
        var commands: VkCommandBuffer?
        var fence: VkFence?
        var queries: VkQueryPool?
        do {
            var poolInfo = VkCommandPoolCreateInfo()
            poolInfo.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO
            poolInfo.queueFamilyIndex = device.physical.queueFamily
            try check("vkCreateCommandPool", vkCreateCommandPool(device.handle, &poolInfo, nil, &pool))
            var info = VkCommandBufferAllocateInfo()
            info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO
            info.commandPool = pool
            info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY
            info.commandBufferCount = 1
            try check("vkAllocateCommandBuffers", vkAllocateCommandBuffers(device.handle, &info, &commands))
            var fenceInfo = VkFenceCreateInfo()
            fenceInfo.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO
            try check("vkCreateFence", vkCreateFence(device.handle, &fenceInfo, nil, &fence))
            var queryInfo = VkQueryPoolCreateInfo()
            queryInfo.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO
            queryInfo.queryType = VK_QUERY_TYPE_TIMESTAMP
            queryInfo.queryCount = UInt32(Self.maximumTimeMarks)
            try check("vkCreateQueryPool", vkCreateQueryPool(device.handle, &queryInfo, nil, &queries))
        } catch {
            vkDestroyFence(device.handle, fence, nil)
            vkDestroyCommandPool(device.handle, pool, nil)
            throw error
        }
        guard let pool, let commands, let fence, let queries else {
            throw VulkanError(.failed, call: "command buffer", detail: "the driver gave no handles")
        }
        self.device = device
        self.pool = pool
        self.fence = fence
        self.queries = queries
        handle = commands
    }

    deinit {
        guard !device.isAbandoned else { return }
        vkDestroyQueryPool(device.handle, queries, nil)
        vkDestroyFence(device.handle, fence, nil)
        vkDestroyCommandPool(device.handle, pool, nil)
    }

    func retain(_ object: AnyObject) {
        retained[ObjectIdentifier(object)] = object
    }

    /// Device time between two marks of the last run, in nanoseconds; `nil` if the device has no timestamps.
    public func elapsedNs(from first: Int, to second: Int) throws(VulkanError) -> Double? {
        let period = device.description.limits.timestampPeriodNs
        guard period > 0 else { return nil }
        var ticks = [UInt64](repeating: 0, count: max(first, second) + 1)
        let result = ticks.withUnsafeMutableBytes { bytes in
            vkGetQueryPoolResults(
                device.handle, queries, 0, UInt32(bytes.count / 8), bytes.count, bytes.baseAddress, 8,
                VK_QUERY_RESULT_64_BIT.rawValue)
        }
        try check("vkGetQueryPoolResults", result)
        return Double(ticks[second] &- ticks[first]) * period
    }
}

extension ComputeDevice {
    /// Runs recorded commands and waits until they are done; what they wrote is then visible to the CPU.
    ///
    /// - Throws: ``VulkanError`` with `.timeout` after ``timeoutMs`` or `.deviceLost`; the device must then be
    ///   opened anew.
    public func run(_ commands: CommandBuffer) throws(VulkanError) {
        guard !isAbandoned else {
            throw VulkanError(.deviceLost, call: "vkQueueSubmit2", detail: "the device failed before")
        }
        do {
            try submit(commands)
        } catch {
            if error.code == .timeout || error.code == .deviceLost { isAbandoned = true }
            throw error
        }
    }

    private func submit(_ commands: CommandBuffer) throws(VulkanError) {
        var buffer = VkCommandBufferSubmitInfo()
        buffer.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO
        buffer.commandBuffer = commands.handle
        let result = withUnsafePointer(to: &buffer) { buffer in
            var info = VkSubmitInfo2()
            info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2
            info.commandBufferInfoCount = 1
            info.pCommandBufferInfos = buffer
            return vkQueueSubmit2(queue, 1, &info, commands.fence)
        }
        try check("vkQueueSubmit2", result)
        var fence: VkFence? = commands.fence
        let timeoutNs = UInt64(clamping: timeoutMs) * 1_000_000
        let waited = vkWaitForFences(handle, 1, &fence, VK_TRUE, timeoutNs)
        if waited == VK_TIMEOUT {
            throw VulkanError(.timeout, call: "vkWaitForFences", detail: "no answer within \(timeoutMs) ms")
        }
        try check("vkWaitForFences", waited)
        try check("vkResetFences", vkResetFences(handle, 1, &fence))
    }
}
