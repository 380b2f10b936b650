import GGUF
import VulkanCompute

/// One layer's part of the cache.
struct LayerCache {
    let keys: DeviceBuffer
    let values: DeviceBuffer

    init(device: ComputeDevice, shape: AttentionShape) throws {
        keys = try DeviceBuffer(device: device, sizeBytes: shape.cacheBytes, placement: .device)
        values = try DeviceBuffer(device: device, sizeBytes: shape.cacheBytes, placement: .device)
    }
}

/// One layer's weights on the device, as the kernels that multiply with them, and its part of the cache.
struct DecoderLayer {
    let attentionInput: AttentionInput
    let output: MatrixKernel
    let feedForwardInput: FeedForwardInput
    let down: MatrixKernel
    let cache: LayerCache
    /// Of the layer's matrices: layers with equal ones do the same work.
    let formats: [BlockFormat]

    /// Loads layer `index` of a file whose tensors have been checked.
    ///
    /// - Parameter shared: the kernels that all layers share.
    init(
        _ index: Int, of file: GGUFFile, parameters: DecoderParameters, loader: WeightLoader, library: KernelLibrary,
        shared: SharedKernels
    ) throws {
        func tensor(_ name: String) throws -> GGUFTensor { try file.tensor("blk.\(index).\(name)") }
        func residual(_ name: String) throws -> MatrixKernel {
            try MatrixKernel(library, matrix: loader.matrix([tensor(name)], of: file), addsResidual: true)
        }
        func norm(_ name: String) throws -> FoldedNorm {
            FoldedNorm(weight: try loader.vector([tensor(name)], of: file), epsilon: parameters.epsilon)
        }
        let architecture = parameters.architecture
        let qkv = try JoinedMatrices(
            ["attn_q", "attn_k", "attn_v"].map { name in
                (try tensor("\(name).weight"), architecture.attentionBias ? try tensor("\(name).bias") : nil)
            }, of: file, loader: loader)
        attentionInput = try AttentionInput(
            qkv, norm: norm("attn_norm.weight"),
            headNorm: architecture.headNorm
                ? loader.vector([tensor("attn_q_norm.weight"), tensor("attn_k_norm.weight")], of: file) : nil,
            rotate: shared.rotate, library: library)
        output = try residual("attn_output.weight")
        let gateUp = try JoinedMatrices(
            ["ffn_gate", "ffn_up"].map { (try tensor("\($0).weight"), nil) }, of: file, loader: loader)
        feedForwardInput = try FeedForwardInput(
            gateUp, norm: norm("ffn_norm.weight"), gate: shared.gate, library: library)
        down = try residual("ffn_down.weight")
        cache = try LayerCache(device: library.device, shape: parameters.attention)
        formats = try ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"].map {
            try tensor("\($0).weight").format
        }
    }
}

/// The kernels that have no weights of their own.
struct SharedKernels {
    let normalize: RMSNormKernel
    let rotate: RotaryCacheKernel
    let attend: AttentionKernel
    let gate: SwiGLUKernel

    init(_ library: KernelLibrary, parameters: DecoderParameters, loader: WeightLoader) throws {
        let attention = parameters.attention
        normalize = try RMSNormKernel(library, size: parameters.embedding, epsilon: parameters.epsilon)
        let table = RotaryCacheKernel.makeTable(shape: attention, rotary: parameters.rotary)
        rotate = try RotaryCacheKernel(
            library, shape: attention, rotary: parameters.rotary, table: loader.vector(table))
        attend = try AttentionKernel(library, shape: attention)
        gate = try SwiGLUKernel(library)
    }
}
