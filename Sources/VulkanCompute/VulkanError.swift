import CVulkan

/// Why the GPU side could not do what was asked: which call, and what the driver said.
public struct VulkanError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that react differently; new kinds may be added.
    public struct Code: Hashable, Sendable {
        let name: String

        /// No driver, or no device that can run compute shaders as this package needs them.
        public static let noDevice = Code(name: "no device")
        /// The device has too little memory for what was asked.
        public static let outOfMemory = Code(name: "out of memory")
        /// The device was lost; everything made on it must be made anew.
        public static let deviceLost = Code(name: "device lost")
        /// The device did not finish in time; it must be treated as lost.
        public static let timeout = Code(name: "time-out")
        /// The device or an installed layer lacks a feature or limit that is needed.
        public static let unsupported = Code(name: "unsupported")
        /// A call was made with arguments that the API forbids; nothing was recorded.
        public static let invalidUse = Code(name: "invalid use")
        /// Any other failure of a Vulkan call.
        public static let failed = Code(name: "failed")
    }

    /// The kind of failure.
    public let code: Code
    /// The Vulkan function or the operation that failed.
    public let call: String
    /// What went wrong, and where possible what would work.
    public let detail: String

    init(_ code: Code, call: String, detail: String) {
        self.code = code
        self.call = call
        self.detail = detail
    }

    public var description: String { "\(call): \(code.name): \(detail)" }
}

/// Turns a status code into a ``VulkanError`` once, at the boundary to C.
func check(_ call: String, _ result: VkResult) throws(VulkanError) {
    guard result != VK_SUCCESS else { return }
    let code: VulkanError.Code =
        switch result {
        case VK_ERROR_DEVICE_LOST: .deviceLost
        case VK_TIMEOUT: .timeout
        case VK_ERROR_OUT_OF_DEVICE_MEMORY, VK_ERROR_OUT_OF_HOST_MEMORY, VK_ERROR_OUT_OF_POOL_MEMORY: .outOfMemory
        case VK_ERROR_INCOMPATIBLE_DRIVER: .noDevice
        case VK_ERROR_LAYER_NOT_PRESENT, VK_ERROR_EXTENSION_NOT_PRESENT, VK_ERROR_FEATURE_NOT_PRESENT: .unsupported
        default: .failed
        }
    throw VulkanError(code, call: call, detail: resultName(result))
}

private func resultName(_ result: VkResult) -> String {
    switch result {
    case VK_NOT_READY: "VK_NOT_READY"
    case VK_TIMEOUT: "VK_TIMEOUT"
    case VK_INCOMPLETE: "VK_INCOMPLETE"
    case VK_ERROR_OUT_OF_HOST_MEMORY: "VK_ERROR_OUT_OF_HOST_MEMORY"
    case VK_ERROR_OUT_OF_DEVICE_MEMORY: "VK_ERROR_OUT_OF_DEVICE_MEMORY"
    case VK_ERROR_OUT_OF_POOL_MEMORY: "VK_ERROR_OUT_OF_POOL_MEMORY"
    case VK_ERROR_INITIALIZATION_FAILED: "VK_ERROR_INITIALIZATION_FAILED"
    case VK_ERROR_DEVICE_LOST: "VK_ERROR_DEVICE_LOST"
    case VK_ERROR_MEMORY_MAP_FAILED: "VK_ERROR_MEMORY_MAP_FAILED"
    case VK_ERROR_LAYER_NOT_PRESENT: "VK_ERROR_LAYER_NOT_PRESENT"
    case VK_ERROR_EXTENSION_NOT_PRESENT: "VK_ERROR_EXTENSION_NOT_PRESENT"
    case VK_ERROR_FEATURE_NOT_PRESENT: "VK_ERROR_FEATURE_NOT_PRESENT"
    case VK_ERROR_INCOMPATIBLE_DRIVER: "VK_ERROR_INCOMPATIBLE_DRIVER"
    case VK_ERROR_TOO_MANY_OBJECTS: "VK_ERROR_TOO_MANY_OBJECTS"
    case VK_ERROR_INVALID_SHADER_NV: "VK_ERROR_INVALID_SHADER_NV"
    default: "VkResult \(result.rawValue)"
    }
}

/// Reads a list by Vulkan's two-call convention: once for the count, once for the elements.
func enumerate<Element>(
    _ call: String, of empty: Element,
    _ body: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<Element>?) -> VkResult
) throws(VulkanError) -> [Element] {
    var count: UInt32 = 0
    try check(call, body(&count, nil))
    var elements = [Element](repeating: empty, count: Int(count))
    let result = elements.withUnsafeMutableBufferPointer { body(&count, $0.baseAddress) }
    if result != VK_INCOMPLETE { try check(call, result) }
    return Array(elements.prefix(Int(count)))
}

/// The text of a fixed-size C character array, up to its first zero byte.
func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
