import GGUF
import Shaders
import VulkanCompute

/// Makes each pipeline once, when a kernel first asks for it.
public final class KernelLibrary {
    let device: ComputeDevice
    let profile: KernelProfile
    private let table: PipelineTable

    /// - Parameter cachePath: a file that keeps compiled pipelines between runs; see `PipelineCache`.
    public convenience init(device: ComputeDevice, profile: KernelProfile? = nil, cachePath: String? = nil) throws {
        try self.init(device: device, profile: profile, cachePath: cachePath, miscompile: nil)
    }

    /// - Parameter miscompile: changes what a pipeline is made of; tests stand in for a driver that compiles wrongly.
    init(
        device: ComputeDevice, profile: KernelProfile?, cachePath: String?, miscompile: PipelineTable.Miscompile?
    ) throws {
        self.device = device
        self.profile = profile ?? KernelProfile(device: device.description)
        table = PipelineTable(
            device: device, cache: try PipelineCache(device: device, path: cachePath), miscompile: miscompile)
    }

    /// The same pipelines, and others beside them, under another profile.
    init(_ other: KernelLibrary, profile: KernelProfile) {
        device = other.device
        table = other.table
        self.profile = profile
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
        try table.pipeline(
            ComputePipeline.Description(
                name: name, bindingCount: bindings, pushConstantBytes: MemoryLayout<Push>.size,
                constants: ([workgroup] + constants).map { UInt32($0) }))
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
        try table.cache.save()
    }
}

/// The pipelines that were made on a device, by what they are made of.
final class PipelineTable {
    typealias Miscompile = @Sendable (ComputePipeline.Description) -> ComputePipeline.Description

    let cache: PipelineCache
    private let device: ComputeDevice
    private let miscompile: Miscompile?
    private var pipelines: [ComputePipeline.Description: ComputePipeline] = [:]

    init(device: ComputeDevice, cache: PipelineCache, miscompile: Miscompile?) {
        self.device = device
        self.cache = cache
        self.miscompile = miscompile
    }

    func pipeline(_ description: ComputePipeline.Description) throws -> ComputePipeline {
        if let known = pipelines[description] { return known }
        let made = miscompile?(description) ?? description
        let pipeline = try ComputePipeline(
            device: device, spirv: ShaderLibrary.spirv(named: made.name), description: made, cache: cache)
        pipelines[description] = pipeline
        return pipeline
    }
}

/// How many groups of `size` hold `count` things.
func groupCount(_ count: Int, of size: Int) -> Int { (count + size - 1) / size }
