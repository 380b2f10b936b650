import CVulkan

/// The connection to the Vulkan loader, and with it the list of devices.
public final class VulkanInstance {
    /// What the validation layer has reported; `nil` if validation is off.
    public let validation: ValidationLog?

    let handle: VkInstance
    private let messenger: VkDebugUtilsMessengerEXT?

    /// Connects to the loader.
    ///
    /// - Parameter validation: turns the Khronos validation layer with synchronization validation on. Every device
    ///   call is then checked, at several times the cost.
    /// - Throws: ``VulkanError`` with `.noDevice` if no driver is installed, `.unsupported` if validation is asked
    ///   for and the layer is not installed.
    public init(validation wanted: Bool = false) throws(VulkanError) {
        let log = wanted ? ValidationLog() : nil
        var application = VkApplicationInfo()
        application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO
        application.apiVersion = andon_vk_make_version(1, 3, 0)

        var instance: VkInstance?
        let result = withUnsafePointer(to: &application) { application in
            Self.create(application: application, log: log, into: &instance)
        }
        if result == VK_ERROR_INCOMPATIBLE_DRIVER {
            throw VulkanError(
                .noDevice, call: "vkCreateInstance",
                detail: "no Vulkan driver is installed (Debian: nvidia-driver, or mesa-vulkan-drivers for a CPU one)")
        }
        if result == VK_ERROR_LAYER_NOT_PRESENT {
            throw VulkanError(
                .unsupported, call: "vkCreateInstance",
                detail: "the validation layer is not installed (Debian: vulkan-validationlayers)")
        }
        try check("vkCreateInstance", result)
        guard let instance else {
            throw VulkanError(.failed, call: "vkCreateInstance", detail: "gave no instance")
        }
        do {
            messenger = if let log { try Self.attach(log, to: instance) } else { nil }
        } catch {
            vkDestroyInstance(instance, nil)
            throw error
        }
        handle = instance
        validation = log
    }

    deinit {
        if let messenger, let address = vkGetInstanceProcAddr(handle, "vkDestroyDebugUtilsMessengerEXT") {
            unsafeBitCast(address, to: DestroyMessenger.self)(handle, messenger, nil)
        }
        vkDestroyInstance(handle, nil)
    }

    /// Every physical device that a driver shows, in the loader's order.
    func physicalDevices() throws(VulkanError) -> [VkPhysicalDevice] {
        try enumerate("vkEnumeratePhysicalDevices", of: VkPhysicalDevice?.none) { count, devices in
            vkEnumeratePhysicalDevices(handle, count, devices)
        }.compactMap(\.self)
    }

    private typealias CreateMessenger =
        @convention(c) (
            VkInstance?, UnsafePointer<VkDebugUtilsMessengerCreateInfoEXT>?, UnsafePointer<VkAllocationCallbacks>?,
            UnsafeMutablePointer<VkDebugUtilsMessengerEXT?>?
        ) -> VkResult
    private typealias DestroyMessenger =
        @convention(c) (
            VkInstance?, VkDebugUtilsMessengerEXT?, UnsafePointer<VkAllocationCallbacks>?
        ) -> Void

    private static func attach(
        _ log: ValidationLog, to instance: VkInstance
    ) throws(VulkanError) -> VkDebugUtilsMessengerEXT? {
        guard let address = vkGetInstanceProcAddr(instance, "vkCreateDebugUtilsMessengerEXT") else {
            throw VulkanError(.unsupported, call: "vkCreateDebugUtilsMessengerEXT", detail: "not offered")
        }
        var messenger: VkDebugUtilsMessengerEXT?
        var info = log.messengerInfo
        // The loader documents that a name it returns an address for has exactly this signature.
        let create = unsafeBitCast(address, to: CreateMessenger.self)
        try check("vkCreateDebugUtilsMessengerEXT", create(instance, &info, nil, &messenger))
        return messenger
    }

    private static func create(
        application: UnsafePointer<VkApplicationInfo>, log: ValidationLog?, into instance: inout VkInstance?
    ) -> VkResult {
        var info = VkInstanceCreateInfo()
        info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO
        info.pApplicationInfo = application
        guard let log else { return vkCreateInstance(&info, nil, &instance) }

        // A messenger in the chain also sees what vkCreateInstance itself reports.
        var messenger = log.messengerInfo
        let enabled = [VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT]
        return withCStrings(["VK_LAYER_KHRONOS_validation"]) { layers in
            withCStrings(["VK_EXT_debug_utils", "VK_EXT_validation_features"]) { extensions in
                enabled.withUnsafeBufferPointer { enabled in
                    withUnsafePointer(to: &messenger) { messenger in
                        var features = VkValidationFeaturesEXT()
                        features.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT
                        features.pNext = UnsafeRawPointer(messenger)
                        features.enabledValidationFeatureCount = UInt32(enabled.count)
                        features.pEnabledValidationFeatures = enabled.baseAddress
                        return withUnsafePointer(to: &features) { features in
                            info.pNext = UnsafeRawPointer(features)
                            info.enabledLayerCount = UInt32(layers.count)
                            info.ppEnabledLayerNames = layers.baseAddress
                            info.enabledExtensionCount = UInt32(extensions.count)
                            info.ppEnabledExtensionNames = extensions.baseAddress
                            return vkCreateInstance(&info, nil, &instance)
                        }
                    }
                }
            }
        }
    }
}

/// Lends the strings as a C array of C strings while `body` runs.
func withCStrings<Result>(
    _ strings: [StaticString], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    // A StaticString with a pointer representation is zero-terminated and lives for ever.
    let pointers: [UnsafePointer<CChar>?] = strings.map {
        UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self)
    }
    return pointers.withUnsafeBufferPointer(body)
}
