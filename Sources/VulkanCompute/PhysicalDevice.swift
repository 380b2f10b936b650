import CVulkan

/// A physical device as the loader lists it, with everything that was read of it once.
struct PhysicalDevice {
    let handle: VkPhysicalDevice
    let description: DeviceDescription
    let memoryTypes: [VkMemoryType]
    let queueFamily: UInt32
    /// A family that only copies, and so beside the shaders; `nil` where the device has none.
    let transferFamily: UInt32?
    /// Set if subgroups may come in several sizes, so that pipelines must ask for `description.subgroupSize`.
    let pinsSubgroupSize: Bool
    let hasMemoryBudget: Bool
    let cooperativeExtensions: [CooperativeMatrix.Extension]

    init(_ handle: VkPhysicalDevice, index: Int) throws(VulkanError) {
        let extensions = Set(
            try enumerate("vkEnumerateDeviceExtensionProperties", of: VkExtensionProperties()) { count, list in
                vkEnumerateDeviceExtensionProperties(handle, nil, count, list)
            }.map { text($0.extensionName) })
        let properties = PropertySet(handle, hasPCI: extensions.contains("VK_EXT_pci_bus_info"))
        let memory = MemorySet(
            handle, hasBudget: extensions.contains("VK_EXT_memory_budget"),
            isSystemMemory: properties.core.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU)
        let families = Self.queueFamilies(of: handle)
        let queue = Self.computeQueueFamily(of: families)
        self.handle = handle
        hasMemoryBudget = extensions.contains("VK_EXT_memory_budget")
        cooperativeExtensions = CooperativeMatrix.usableExtensions(
            of: handle, apiVersion: properties.core.apiVersion, offered: extensions)
        memoryTypes = memory.types
        queueFamily = queue?.index ?? 0
        transferFamily = Self.transferQueueFamily(of: families)
        let subgroup = properties.core13
        pinsSubgroupSize = subgroup.minSubgroupSize != subgroup.maxSubgroupSize
        description = DeviceDescription(
            index: index, properties: properties, heaps: memory.heaps,
            hasTimestamps: (queue?.timestampBits ?? 0) > 0,
            missing: Self.missing(properties, extensions: extensions, hasQueue: queue != nil, handle: handle))
    }

    private static func queueFamilies(of handle: VkPhysicalDevice) -> [VkQueueFamilyProperties] {
        var count: UInt32 = 0
        vkGetPhysicalDeviceQueueFamilyProperties(handle, &count, nil)
        var families = [VkQueueFamilyProperties](repeating: .init(), count: Int(count))
        vkGetPhysicalDeviceQueueFamilyProperties(handle, &count, &families)
        return Array(families.prefix(Int(count)))
    }

    private static func computeQueueFamily(
        of families: [VkQueueFamilyProperties]
    ) -> (index: UInt32, timestampBits: UInt32)? {
        let index = families.firstIndex { $0.queueFlags & VK_QUEUE_COMPUTE_BIT.rawValue != 0 }
        return index.map { (UInt32($0), families[$0].timestampValidBits) }
    }

    /// The family that copies and nothing else; those for video or optical flow may copy too, but are there for that.
    static func transferQueueFamily(of families: [VkQueueFamilyProperties]) -> UInt32? {
        let copies = VK_QUEUE_TRANSFER_BIT.rawValue
        let allowed = copies | VK_QUEUE_SPARSE_BINDING_BIT.rawValue | VK_QUEUE_PROTECTED_BIT.rawValue
        let index = families.firstIndex { $0.queueFlags & copies != 0 && $0.queueFlags & ~allowed == 0 }
        return index.map { UInt32($0) }
    }

    private static func missing(
        _ properties: PropertySet, extensions: Set<String>, hasQueue: Bool, handle: VkPhysicalDevice
    ) -> [String] {
        var missing: [String] = []
        if !hasQueue { missing.append("a compute queue") }
        if properties.core.apiVersion < andon_vk_make_version(1, 3, 0) {
            // The 1.3 feature structures must not be asked for on an older device.
            return missing + ["Vulkan 1.3"]
        }
        if !extensions.contains("VK_KHR_push_descriptor") { missing.append("VK_KHR_push_descriptor") }
        var features13 = VkPhysicalDeviceVulkan13Features()
        features13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES
        withUnsafeMutablePointer(to: &features13) { chained in
            var features = VkPhysicalDeviceFeatures2()
            features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2
            features.pNext = UnsafeMutableRawPointer(chained)
            vkGetPhysicalDeviceFeatures2(handle, &features)
            if features.features.shaderInt64 == VK_FALSE { missing.append("shaderInt64") }
        }
        if features13.synchronization2 == VK_FALSE { missing.append("synchronization2") }
        if features13.subgroupSizeControl == VK_FALSE { missing.append("subgroupSizeControl") }
        if features13.maintenance4 == VK_FALSE { missing.append("maintenance4") }
        if features13.computeFullSubgroups == VK_FALSE { missing.append("computeFullSubgroups") }
        let needed: [(VkSubgroupFeatureFlagBits, String)] = [
            (VK_SUBGROUP_FEATURE_BASIC_BIT, "basic"), (VK_SUBGROUP_FEATURE_ARITHMETIC_BIT, "arithmetic"),
            (VK_SUBGROUP_FEATURE_SHUFFLE_BIT, "shuffle"),
        ]
        for (bit, name) in needed where properties.subgroup.supportedOperations & bit.rawValue == 0 {
            missing.append("subgroup \(name) operations")
        }
        if properties.subgroup.supportedStages & UInt32(VK_SHADER_STAGE_COMPUTE_BIT.rawValue) == 0 {
            missing.append("subgroup operations in compute shaders")
        }
        return missing
    }
}

/// The property structures of a device, read in one call.
struct PropertySet {
    var core = VkPhysicalDeviceProperties()
    var subgroup = VkPhysicalDeviceSubgroupProperties()
    var driver = VkPhysicalDeviceDriverProperties()
    var maintenance = VkPhysicalDeviceMaintenance3Properties()
    var core13 = VkPhysicalDeviceVulkan13Properties()
    var pci: VkPhysicalDevicePCIBusInfoPropertiesEXT?

    init(_ handle: VkPhysicalDevice, hasPCI: Bool) {
        vkGetPhysicalDeviceProperties(handle, &core)
        subgroup.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES
        driver.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES
        maintenance.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES
        core13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES
        read(&subgroup, of: handle)
        read(&maintenance, of: handle)
        if core.apiVersion >= andon_vk_make_version(1, 2, 0) { read(&driver, of: handle) }
        if core.apiVersion >= andon_vk_make_version(1, 3, 0) { read(&core13, of: handle) }
        if hasPCI {
            var bus = VkPhysicalDevicePCIBusInfoPropertiesEXT()
            bus.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT
            read(&bus, of: handle)
            pci = bus
        }
    }

    private func read<Structure>(_ structure: inout Structure, of handle: VkPhysicalDevice) {
        withUnsafeMutablePointer(to: &structure) { chained in
            var properties = VkPhysicalDeviceProperties2()
            properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2
            properties.pNext = UnsafeMutableRawPointer(chained)
            vkGetPhysicalDeviceProperties2(handle, &properties)
        }
    }
}

/// The memory types and heaps of a device, with the budget where the driver tells it.
struct MemorySet {
    let types: [VkMemoryType]
    let heaps: [DeviceDescription.Heap]

    /// - Parameter isSystemMemory: whether the heaps are the machine's own memory. Mesa's CPU driver states them as 2 GiB,
    ///   whatever the machine has, and allocates beyond.
    init(_ handle: VkPhysicalDevice, hasBudget: Bool, isSystemMemory: Bool) {
        var budget = VkPhysicalDeviceMemoryBudgetPropertiesEXT()
        budget.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT
        var properties = VkPhysicalDeviceMemoryProperties2()
        properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2
        withUnsafeMutablePointer(to: &budget) { chained in
            if hasBudget { properties.pNext = UnsafeMutableRawPointer(chained) }
            vkGetPhysicalDeviceMemoryProperties2(handle, &properties)
            properties.pNext = nil
        }
        let memory = properties.memoryProperties
        types = elements(memory.memoryTypes, VkMemoryType.self, count: memory.memoryTypeCount)
        let sizes = elements(memory.memoryHeaps, VkMemoryHeap.self, count: memory.memoryHeapCount)
        let budgets = elements(budget.heapBudget, VkDeviceSize.self, count: memory.memoryHeapCount)
        let used = elements(budget.heapUsage, VkDeviceSize.self, count: memory.memoryHeapCount)
        let available = isSystemMemory && !hasBudget ? SystemMemory.availableBytes() : nil
        heaps = sizes.indices.map { index in
            let size = Int(clamping: sizes[index].size)
            let free = Int(clamping: budgets[index]) - Int(clamping: used[index])
            return DeviceDescription.Heap(
                sizeBytes: size, budgetBytes: hasBudget ? max(free, 0) : available ?? size,
                isDeviceLocal: sizes[index].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT.rawValue != 0)
        }
    }
}

/// The first elements of a C array, which Swift imports as a tuple of `Element`s laid out one after another.
private func elements<Tuple, Element>(_ tuple: Tuple, _: Element.Type, count: UInt32) -> [Element] {
    withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: Element.self).prefix(Int(count))) }
}

extension DeviceDescription {
    init(index: Int, properties: PropertySet, heaps: [Heap], hasTimestamps: Bool, missing: [String]) {
        let core = properties.core
        let limits = core.limits
        self.init(
            index: index, name: text(core.deviceName), kind: Kind(core.deviceType),
            driver: "\(text(properties.driver.driverName)) \(text(properties.driver.driverInfo))",
            apiVersion: [andon_vk_version_major, andon_vk_version_minor, andon_vk_version_patch]
                .map { "\($0(core.apiVersion))" }.joined(separator: "."),
            pciAddress: properties.pci.map { bus in
                let parts = [(bus.pciDomain, 4), (bus.pciBus, 2), (bus.pciDevice, 2)].map { hex($0, digits: $1) }
                return parts.joined(separator: ":") + ".\(bus.pciFunction)"
            },
            pciID: "\(hex(core.vendorID, digits: 4)):\(hex(core.deviceID, digits: 4))",
            heaps: heaps,
            limits: Limits(
                storageBufferRangeBytes: Int(limits.maxStorageBufferRange),
                storageBufferAlignmentBytes: Int(clamping: limits.minStorageBufferOffsetAlignment),
                workgroupCount: [
                    Int(limits.maxComputeWorkGroupCount.0), Int(limits.maxComputeWorkGroupCount.1),
                    Int(limits.maxComputeWorkGroupCount.2),
                ],
                workgroupInvocations: Int(limits.maxComputeWorkGroupInvocations),
                sharedMemoryBytes: Int(limits.maxComputeSharedMemorySize),
                pushConstantBytes: Int(limits.maxPushConstantsSize),
                allocationBytes: Int(clamping: properties.maintenance.maxMemoryAllocationSize),
                timestampPeriodNs: hasTimestamps ? Double(limits.timestampPeriod) : 0),
            subgroupSize: Int(properties.subgroup.subgroupSize), missing: missing)
    }
}

extension DeviceDescription.Kind {
    init(_ type: VkPhysicalDeviceType) {
        switch type {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: self = .discrete
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: self = .integrated
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: self = .virtual
        case VK_PHYSICAL_DEVICE_TYPE_CPU: self = .cpu
        default: self = .other
        }
    }
}

private func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
