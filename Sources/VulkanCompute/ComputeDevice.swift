import CVulkan

/// A device opened for compute work: one queue, its memory types and its pipeline cache.
///
/// Not for use from several threads at once: whoever owns it calls from one thread or serial executor.
public final class ComputeDevice {
    /// What the device is and can do, as read when it was opened.
    public let description: DeviceDescription
    /// What the validation layer has reported; `nil` if validation is off.
    public var validation: ValidationLog? { instance.validation }
    /// How long a submission may take before the device counts as lost.
    public let timeoutMs: Int

    let handle: VkDevice
    let queue: VkQueue
    let physical: PhysicalDevice
    let pushDescriptors: PushDescriptors
    /// Set after a time-out or a lost device: nothing may then wait for the device any more.
    var isAbandoned = false
    private let instance: VulkanInstance

    typealias PushDescriptors =
        @convention(c) (
            VkCommandBuffer?, VkPipelineBindPoint, VkPipelineLayout?, UInt32, UInt32,
            UnsafePointer<VkWriteDescriptorSet>?
        ) -> Void

    /// Opens a device.
    ///
    /// - Parameters:
    ///   - selection: which one of the instance's devices.
    ///   - timeoutMs: how long a submission may take; a CPU driver with a large model needs minutes.
    /// - Throws: ``VulkanError`` with `.noDevice` if no device fits.
    public init(
        instance: VulkanInstance, selection: DeviceSelection = .automatic, timeoutMs: Int = 120_000
    ) throws(VulkanError) {
        let devices = try instance.describedDevices()
        let chosen = try selection.choose(from: devices.map(\.description))
        guard let physical = devices.first(where: { $0.description.index == chosen.index }) else {
            throw VulkanError(.noDevice, call: "device selection", detail: "\(chosen.name) is gone")
        }
        var device: VkDevice?
        try check("vkCreateDevice", Self.create(physical, into: &device))
        guard let device else { throw VulkanError(.failed, call: "vkCreateDevice", detail: "gave no device") }
        var queue: VkQueue?
        vkGetDeviceQueue(device, physical.queueFamily, 0, &queue)
        guard let queue, let address = vkGetDeviceProcAddr(device, "vkCmdPushDescriptorSetKHR") else {
            vkDestroyDevice(device, nil)
            throw VulkanError(.unsupported, call: "vkGetDeviceProcAddr", detail: "no vkCmdPushDescriptorSetKHR")
        }
        self.handle = device
        self.queue = queue
        self.physical = physical
        self.instance = instance
        self.timeoutMs = timeoutMs
        description = chosen
        // The loader documents that a name it returns an address for has exactly this signature.
        pushDescriptors = unsafeBitCast(address, to: PushDescriptors.self)
    }

    deinit {
        guard !isAbandoned else {
            // Waiting for a device that hangs would hang this process too, and its driver may still run: device and
            // instance stay until the process ends.
            _ = Unmanaged.passRetained(instance)
            return
        }
        vkDeviceWaitIdle(handle)
        vkDestroyDevice(handle, nil)
    }

    /// What may be allocated now in the device's own memory, asked of the driver anew.
    public func memoryBudgetBytes() -> Int {
        let heaps = MemorySet(physical.handle, hasBudget: physical.hasMemoryBudget).heaps
        return heaps.filter(\.isDeviceLocal).map(\.budgetBytes).max() ?? 0
    }

    private static func create(_ physical: PhysicalDevice, into device: inout VkDevice?) -> VkResult {
        var priority: Float = 1
        var features = VkPhysicalDeviceVulkan13Features()
        features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES
        features.synchronization2 = VK_TRUE
        features.subgroupSizeControl = VK_TRUE
        features.computeFullSubgroups = VK_TRUE
        features.maintenance4 = VK_TRUE
        let extensions: [StaticString] =
            ["VK_KHR_push_descriptor"] + (physical.hasMemoryBudget ? ["VK_EXT_memory_budget"] : [])
        return withUnsafePointer(to: &priority) { priority in
            var queue = VkDeviceQueueCreateInfo()
            queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO
            queue.queueFamilyIndex = physical.queueFamily
            queue.queueCount = 1
            queue.pQueuePriorities = priority
            return withUnsafePointer(to: &queue) { queue in
                withUnsafeMutablePointer(to: &features) { features in
                    withCStrings(extensions) { names in
                        var all = VkPhysicalDeviceFeatures2()
                        all.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2
                        all.pNext = UnsafeMutableRawPointer(features)
                        all.features.shaderInt64 = VK_TRUE
                        return create(physical, queue: queue, extensions: names, features: &all, into: &device)
                    }
                }
            }
        }
    }

    private static func create(
        _ physical: PhysicalDevice, queue: UnsafePointer<VkDeviceQueueCreateInfo>,
        extensions: UnsafeBufferPointer<UnsafePointer<CChar>?>, features: UnsafePointer<VkPhysicalDeviceFeatures2>,
        into device: inout VkDevice?
    ) -> VkResult {
        var info = VkDeviceCreateInfo()
        info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO
        info.pNext = UnsafeRawPointer(features)
        info.queueCreateInfoCount = 1
        info.pQueueCreateInfos = queue
        info.enabledExtensionCount = UInt32(extensions.count)
        info.ppEnabledExtensionNames = extensions.baseAddress
        return vkCreateDevice(physical.handle, &info, nil, &device)
    }
}
