import Testing
import VulkanCompute

@testable import Inference

@Suite("the product of many columns chooses cooperative matrices")
struct BatchProductTests {
    private func choose(
        _ shapes: [CooperativeMatrix], compiled: Set<CooperativeMatrix.Extension> = [.nv, .khr],
        change: (inout KernelProfile) -> Void = { _ in }
    ) throws -> CooperativeMatrix? {
        let instance = try VulkanInstance()
        let description = try ComputeDevice(instance: instance).description
        var profile = KernelProfile(device: description)
        change(&profile)
        return BatchProduct.shape(of: shapes, profile: profile, limits: description.limits) { compiled.contains($0) }
    }

    private static let khr = CooperativeMatrix(extension: .khr, rows: 16, columns: 16, depth: 16)
    private static let nv = CooperativeMatrix(extension: .nv, rows: 16, columns: 16, depth: 16)

    @Test("only a shape that divides the tile and whose shader was compiled")
    func shapes() throws {
        #expect(try choose([]) == nil)
        #expect(try choose([Self.khr, Self.nv]) == Self.khr)
        #expect(try choose([Self.khr, Self.nv], compiled: [.nv]) == Self.nv)
        let odd = CooperativeMatrix(extension: .khr, rows: 24, columns: 16, depth: 16)
        let deep = CooperativeMatrix(extension: .khr, rows: 16, columns: 16, depth: 128)
        #expect(try choose([odd, deep, Self.nv]) == Self.nv)
    }

    @Test("not where the profile turns them off, nor a tile over the device's shared memory")
    func refuses() throws {
        #expect(try choose([Self.nv]) { $0.turnOff(.cooperativeMatrices) } == nil)
        #expect(try choose([Self.nv]) { ($0.batchRows, $0.batchColumns) = (512, 512) } == nil)
        #expect(try choose([Self.nv]) { $0.lanes = 100_000 } == nil)
    }
}
