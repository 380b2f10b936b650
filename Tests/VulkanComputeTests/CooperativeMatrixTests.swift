import CVulkan
import Shaders
import Testing

@testable import VulkanCompute

@Suite("cooperative matrices")
struct CooperativeMatrixTests {
    @Test("a device without the extensions opens and names no shapes")
    func fallback() throws {
        let device = try ComputeDevice(instance: VulkanInstance(validation: true))
        if device.physical.cooperativeExtensions.isEmpty {
            #expect(device.cooperativeMatrices.isEmpty)
        }
        #expect(device.validation?.messages == [])
    }

    @Test("the chain of features holds one structure for each extension and ends in what it was given")
    func features() {
        func types(_ extensions: [CooperativeMatrix.Extension]) -> [UInt32] {
            var last = VkPhysicalDeviceFeatures2()
            last.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2
            return withUnsafePointer(to: last) { last in
                CooperativeMatrix.withFeatures(of: extensions, before: UnsafeRawPointer(last)) { chain in
                    var types: [UInt32] = []
                    var next = chain
                    while let current = next {
                        // Every structure of a chain starts with its type and the next one's address.
                        let header = current.assumingMemoryBound(to: VkBaseInStructure.self).pointee
                        types.append(header.sType.rawValue)
                        next = header.pNext.map { UnsafeRawPointer($0) }
                    }
                    return types
                }
            }
        }
        let (khr, nv, features12, features2): (UInt32, UInt32, UInt32, UInt32) = (
            1_000_506_000, 1_000_249_000, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES.rawValue,
            VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2.rawValue
        )
        #expect(types([]) == [features2])
        #expect(types([.nv]) == [nv, features12, features2])
        #expect(types([.khr, .nv]) == [nv, khr, features12, features2])
    }

    @Test("shaders for the extension that every compiler knows are there, others perhaps")
    func shaders() throws {
        #expect(ShaderLibrary.contains("batch_cooperative_nv.q4_k"))
        #expect(!ShaderLibrary.contains("batch_cooperative_nv.none"))
        #expect(try ShaderLibrary.spirv(named: "batch_cooperative_nv.q8_0").count > 100)
    }
}
