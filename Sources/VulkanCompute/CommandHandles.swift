import CVulkan

/// A command buffer in a pool of its own, with the fence that tells when it is done.
struct CommandHandles {
    let pool: VkCommandPool
    let commands: VkCommandBuffer
    let fence: VkFence

    /// - Parameters:
    ///   - family: of the queue that will run the commands.
    ///   - flags: of the pool.
    init(
        device: ComputeDevice, family: UInt32, flags: VkCommandPoolCreateFlagBits = .init(0)
    ) throws(VulkanError) {
        var pool: VkCommandPool?
        var commands: VkCommandBuffer?
        do {
            var poolInfo = VkCommandPoolCreateInfo()
            poolInfo.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO
            poolInfo.flags = flags.rawValue
            poolInfo.queueFamilyIndex = family
            try check("vkCreateCommandPool", vkCreateCommandPool(device.handle, &poolInfo, nil, &pool))
            var info = VkCommandBufferAllocateInfo()
            info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO
            info.commandPool = pool
            info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY
            info.commandBufferCount = 1
            try check("vkAllocateCommandBuffers", vkAllocateCommandBuffers(device.handle, &info, &commands))
            fence = try device.makeFence()
        } catch {
            vkDestroyCommandPool(device.handle, pool, nil)
            throw error
        }
        guard let pool, let commands else {
            vkDestroyFence(device.handle, fence, nil)
            throw VulkanError(.failed, call: "vkAllocateCommandBuffers", detail: "the driver gave no handles")
        }
        self.pool = pool
        self.commands = commands
    }

    /// The commands must not be running.
    func destroy(on device: ComputeDevice) {
        vkDestroyFence(device.handle, fence, nil)
        vkDestroyCommandPool(device.handle, pool, nil)
    }
}

extension ComputeDevice {
    func makeFence() throws(VulkanError) -> VkFence {
        var info = VkFenceCreateInfo()
        info.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO
        var fence: VkFence?
        try check("vkCreateFence", vkCreateFence(handle, &info, nil, &fence))
        guard let fence else { throw VulkanError(.failed, call: "vkCreateFence", detail: "gave no fence") }
        return fence
    }
}
