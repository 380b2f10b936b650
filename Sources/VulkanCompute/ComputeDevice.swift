import CVulkan
import Synchronization

/// A device opened for compute work: its queues and memory types.
///
/// Buffers and pipelines may be made, and work submitted, from several threads; a buffer's contents, a recorder or
/// anything else made on the device belong to one thread at a time.
///
/// `@unchecked Sendable` holds because all handles are set once in `init`, Vulkan lets several threads use a device at
/// once but for its queues, ``DeviceQueue`` locks those, and ``isAbandoned`` and ``bufferBytes`` are atomic.
public final class ComputeDevice: @unchecked Sendable {
    /// What the device is and can do, as read when it was opened.
    public let description: DeviceDescription
    /// What the validation layer has reported; `nil` if validation is off.
    public var validation: ValidationLog? { instance.validation }
    /// The shapes in which its subgroups multiply float16 matrices into float32 sums, the better extension's first.
    public let cooperativeMatrices: [CooperativeMatrix]
    /// How long a submission may take before the device counts as lost.
    public let timeoutMs: Int
    /// ``timeoutMs`` where nothing else is asked for.
    public static let standardTimeoutMs = 120_000

    /// Bytes of all buffers that now lie in the device's own memory.
    public var bufferBytes: Int { ownBufferBytes.load(ordering: .sequentiallyConsistent) }

    let handle: VkDevice
    /// Runs shaders.
    let queue: DeviceQueue
    /// Copies beside the shaders where the device has a queue for that; else the same as ``queue``.
    let transferQueue: DeviceQueue
    let physical: PhysicalDevice
    let pushDescriptors: PushDescriptors
    /// Set after a time-out or a lost device: nothing may then wait for the device any more.
    var isAbandoned: Bool {
        get { abandoned.load(ordering: .sequentiallyConsistent) }
        set { abandoned.store(newValue, ordering: .sequentiallyConsistent) }
    }
    private let abandoned = Atomic(false)
    /// Counted by the buffers themselves.
    let ownBufferBytes = Atomic(0)
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
        instance: VulkanInstance, selection: DeviceSelection = .automatic, timeoutMs: Int = standardTimeoutMs
    ) throws(VulkanError) {
        let devices = try instance.describedDevices()
        let chosen = try selection.choose(from: devices.map(\.description))
        guard let physical = devices.first(where: { $0.description.index == chosen.index }) else {
            throw VulkanError(.noDevice, call: "device selection", detail: "\(chosen.name) is gone")
        }
        var device: VkDevice?
        try check("vkCreateDevice", Self.create(physical, into: &device))
        guard let device else { throw VulkanError(.failed, call: "vkCreateDevice", detail: "gave no device") }
        let queue = DeviceQueue(device, family: physical.queueFamily)
        let transferQueue = physical.transferFamily.map { DeviceQueue(device, family: $0) } ?? queue
        guard let queue, let transferQueue, let address = vkGetDeviceProcAddr(device, "vkCmdPushDescriptorSetKHR")
        else {
            vkDestroyDevice(device, nil)
            throw VulkanError(.unsupported, call: "vkGetDeviceProcAddr", detail: "no vkCmdPushDescriptorSetKHR")
        }
        self.handle = device
        self.queue = queue
        self.transferQueue = transferQueue
        self.physical = physical
        self.instance = instance
        self.timeoutMs = timeoutMs
        description = chosen
        cooperativeMatrices = CooperativeMatrix.shapes(of: physical, instance: instance.handle)
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
        let heaps = MemorySet(
            physical.handle, hasBudget: physical.hasMemoryBudget, isSystemMemory: description.kind == .cpu
        ).heaps
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
            + physical.cooperativeExtensions.map(\.name)
        return withUnsafePointer(to: &priority) { priority in
            let families = [physical.queueFamily] + (physical.transferFamily.map { [$0] } ?? [])
            let queues = families.map { family in
                var queue = VkDeviceQueueCreateInfo()
                queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO
                queue.queueFamilyIndex = family
                queue.queueCount = 1
                queue.pQueuePriorities = priority
                return queue
            }
            return queues.withUnsafeBufferPointer { queues in
                withUnsafeMutablePointer(to: &features) { features in
                    withCStrings(extensions) { names in
                        var all = VkPhysicalDeviceFeatures2()
                        all.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2
                        all.pNext = UnsafeMutableRawPointer(features)
                        all.features.shaderInt64 = VK_TRUE
                        return create(physical, queues: queues, extensions: names, features: &all, into: &device)
                    }
                }
            }
        }
    }

    private static func create(
        _ physical: PhysicalDevice, queues: UnsafeBufferPointer<VkDeviceQueueCreateInfo>,
        extensions: UnsafeBufferPointer<UnsafePointer<CChar>?>, features: UnsafePointer<VkPhysicalDeviceFeatures2>,
        into device: inout VkDevice?
    ) -> VkResult {
        var info = VkDeviceCreateInfo()
        info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO
        info.queueCreateInfoCount = UInt32(queues.count)
        info.pQueueCreateInfos = queues.baseAddress
        info.enabledExtensionCount = UInt32(extensions.count)
        info.ppEnabledExtensionNames = extensions.baseAddress
        return CooperativeMatrix.withFeatures(of: physical.cooperativeExtensions, before: UnsafeRawPointer(features)) {
            info.pNext = $0
            return vkCreateDevice(physical.handle, &info, nil, &device)
        }
    }
}
