import GGUF
import Shaders
import VulkanCompute

/// Makes each pipeline once, when a kernel first asks for it.
public final class KernelLibrary {
    let device: ComputeDevice
    let profile: KernelProfile
    private let cache: PipelineCache
    private var pipelines: [ComputePipeline.Description: ComputePipeline] = [:]

    /// - Parameter cachePath: a file that keeps compiled pipelines between runs; see `PipelineCache`.
    public init(device: ComputeDevice, profile: KernelProfile? = nil, cachePath: String? = nil) throws {
        self.device = device
        self.profile = profile ?? KernelProfile(device: device.description)
        cache = try PipelineCache(device: device, path: cachePath)
    }

    /// The pipeline of a shader.
    ///
    /// - Parameters:
    ///   - name: as `ShaderLibrary` names it.
    ///   - push: the type of the push-constant block.
    ///   - workgroup: invocations of a workgroup, specialization constant 0.
    ///   - constants: specialization constants from 1.
    func pipeline<Push: BitwiseCopyable>(
        _ name: String, bindings: Int, push: Push.Type, workgroup: Int, constants: [Int] = []
    ) throws -> ComputePipeline {
        let description = ComputePipeline.Description(
            name: name, bindingCount: bindings, pushConstantBytes: MemoryLayout<Push>.size,
            constants: ([workgroup] + constants).map { UInt32($0) })
        if let known = pipelines[description] { return known }
        let pipeline = try ComputePipeline(
            device: device, spirv: ShaderLibrary.spirv(named: name), description: description, cache: cache)
        pipelines[description] = pipeline
        return pipeline
    }

    /// The pipeline of a shader that reads weights of a format.
    func pipeline<Push: BitwiseCopyable>(
        _ name: String, format: BlockFormat, bindings: Int, push: Push.Type, workgroup: Int, constants: [Int] = []
    ) throws -> ComputePipeline {
        try pipeline(
            "\(name).\(format.name.lowercased())", bindings: bindings, push: push, workgroup: workgroup,
            constants: constants)
    }

    /// Writes the pipeline cache, if it has a file and has changed.
    func saveCache() throws {
        try cache.save()
    }
}

/// How many groups of `size` hold `count` things.
func groupCount(_ count: Int, of size: Int) -> Int { (count + size - 1) / size }
