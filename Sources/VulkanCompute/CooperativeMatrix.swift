import CVulkan

/// A shape in which a subgroup multiplies matrices together: `rows × depth` times `depth × columns`, float16 factors and
/// float32 sums.
public struct CooperativeMatrix: Sendable, Equatable {
    /// The extension that a shader is written for.
    public enum Extension: String, Sendable, CaseIterable {
        case khr, nv

        var name: StaticString { self == .khr ? "VK_KHR_cooperative_matrix" : "VK_NV_cooperative_matrix" }

        /// Both feature structures have the same members.
        fileprivate var featureType: VkStructureType {
            self == .khr
                ? VkStructureType(1_000_506_000) : VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV
        }
    }

    public let `extension`: Extension
    public let rows: Int
    public let columns: Int
    public let depth: Int

    public init(extension: Extension, rows: Int, columns: Int, depth: Int) {
        self.extension = `extension`
        self.rows = rows
        self.columns = columns
        self.depth = depth
    }

    /// The extensions that a device offers together with the features that their shaders need.
    static func usableExtensions(
        of device: VkPhysicalDevice, apiVersion: UInt32, offered: Set<String>
    ) -> [Extension] {
        guard apiVersion >= andon_vk_make_version(1, 3, 0) else { return [] }
        return Extension.allCases.filter { candidate in
            guard offered.contains("\(candidate.name)") else { return false }
            var matrices = VkPhysicalDeviceCooperativeMatrixFeaturesNV()
            matrices.sType = candidate.featureType
            var features12 = VkPhysicalDeviceVulkan12Features()
            features12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES
            withUnsafeMutablePointer(to: &matrices) { matrices in
                features12.pNext = UnsafeMutableRawPointer(matrices)
                withUnsafeMutablePointer(to: &features12) { chained in
                    var features = VkPhysicalDeviceFeatures2()
                    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2
                    features.pNext = UnsafeMutableRawPointer(chained)
                    vkGetPhysicalDeviceFeatures2(device, &features)
                }
            }
            return matrices.cooperativeMatrix == VK_TRUE && features12.shaderFloat16 == VK_TRUE
                && features12.vulkanMemoryModel == VK_TRUE
        }
    }

    /// Lends a chain of the features that these extensions need, which ends in `next`.
    static func withFeatures<Result>(
        of extensions: [Extension], before next: UnsafeRawPointer?, _ body: (UnsafeRawPointer?) -> Result
    ) -> Result {
        guard let first = extensions.first else { return body(next) }
        var features12 = VkPhysicalDeviceVulkan12Features()
        features12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES
        features12.shaderFloat16 = VK_TRUE
        features12.vulkanMemoryModel = VK_TRUE
        // Vulkan only reads what is chained, though it asks for mutable pointers.
        features12.pNext = UnsafeMutableRawPointer(mutating: next)
        return withUnsafePointer(to: features12) { features12 in
            withMatrixFeature(of: first, before: UnsafeRawPointer(features12)) { chain in
                guard extensions.count > 1 else { return body(chain) }
                return withMatrixFeature(of: extensions[1], before: chain, body)
            }
        }
    }

    private static func withMatrixFeature<Result>(
        of candidate: Extension, before next: UnsafeRawPointer?, _ body: (UnsafeRawPointer?) -> Result
    ) -> Result {
        var matrices = VkPhysicalDeviceCooperativeMatrixFeaturesNV()
        matrices.sType = candidate.featureType
        matrices.cooperativeMatrix = VK_TRUE
        matrices.pNext = UnsafeMutableRawPointer(mutating: next)
        return withUnsafePointer(to: matrices) { body(UnsafeRawPointer($0)) }
    }

    /// The shapes that a device's subgroups know; empty where it has none.
    static func shapes(of device: PhysicalDevice, instance: VkInstance) -> [CooperativeMatrix] {
        device.cooperativeExtensions.flatMap { candidate in
            switch candidate {
            case .khr: shapesKHR(of: device.handle, instance: instance)
            case .nv: shapesNV(of: device.handle, instance: instance)
            }
        }
    }

    private typealias GetShapes<Properties> =
        @convention(c) (VkPhysicalDevice?, UnsafeMutablePointer<UInt32>?, UnsafeMutableRawPointer?) -> VkResult

    /// All that the driver lists, or nothing if it cannot be asked.
    private static func list<Properties>(
        _ call: String, of device: VkPhysicalDevice, instance: VkInstance, empty: Properties
    ) -> [Properties] {
        guard let address = vkGetInstanceProcAddr(instance, call) else { return [] }
        // The loader documents that a name it returns an address for has this signature; the last parameter points to
        // the extension's own structures.
        let get = unsafeBitCast(address, to: GetShapes<Properties>.self)
        var count: UInt32 = 0
        guard get(device, &count, nil) == VK_SUCCESS else { return [] }
        var properties = [Properties](repeating: empty, count: Int(min(count, 256)))
        count = UInt32(properties.count)
        let result = properties.withUnsafeMutableBytes { get(device, &count, $0.baseAddress) }
        return result == VK_SUCCESS || result == VK_INCOMPLETE ? Array(properties.prefix(Int(count))) : []
    }

    private static func shapesNV(of device: VkPhysicalDevice, instance: VkInstance) -> [CooperativeMatrix] {
        var empty = VkCooperativeMatrixPropertiesNV()
        empty.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_NV
        return list(
            "vkGetPhysicalDeviceCooperativeMatrixPropertiesNV", of: device, instance: instance, empty: empty
        ).compactMap { shape in
            guard
                isUsable(
                    factors: (shape.AType, shape.BType), sums: (shape.CType, shape.DType), scope: shape.scope)
            else { return nil }
            return CooperativeMatrix(
                extension: .nv, rows: Int(shape.MSize), columns: Int(shape.NSize), depth: Int(shape.KSize))
        }
    }

    private static func shapesKHR(of device: VkPhysicalDevice, instance: VkInstance) -> [CooperativeMatrix] {
        var empty = AndonCooperativeMatrixPropertiesKHR()
        empty.sType = VkStructureType(1_000_506_001)
        return list(
            "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR", of: device, instance: instance, empty: empty
        ).compactMap { shape in
            guard
                isUsable(
                    factors: (shape.AType, shape.BType), sums: (shape.CType, shape.ResultType), scope: shape.scope)
            else { return nil }
            return CooperativeMatrix(
                extension: .khr, rows: Int(shape.MSize), columns: Int(shape.NSize), depth: Int(shape.KSize))
        }
    }

    private static func isUsable(
        factors: (VkComponentTypeNV, VkComponentTypeNV), sums: (VkComponentTypeNV, VkComponentTypeNV),
        scope: VkScopeNV
    ) -> Bool {
        factors == (VK_COMPONENT_TYPE_FLOAT16_NV, VK_COMPONENT_TYPE_FLOAT16_NV)
            && sums == (VK_COMPONENT_TYPE_FLOAT32_NV, VK_COMPONENT_TYPE_FLOAT32_NV)
            && scope == VK_SCOPE_SUBGROUP_NV
    }
}
