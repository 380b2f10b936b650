import GGUF
import VulkanCompute

/// Qwen2 and Qwen2.5: pre-norm transformer with grouped-query attention, biases on queries, keys and values, NEOX rotary
/// positions and a SwiGLU feed-forward block; output weights may be the embeddings.
///
/// Source: Qwen Team, Qwen2 Technical Report, 2024; tensor names and keys of the GGUF specification.
final class Qwen2: Architecture {
    static let name = "qwen2"

    let shape: ModelShape
    let memory: MemoryPlan

    private struct Layer {
        let attentionNorm: DeviceBuffer
        let qkv: [(kernel: MatrixKernel, firstRow: Int)]
        let output: MatrixKernel
        let feedForwardNorm: DeviceBuffer
        let gateUp: [(kernel: MatrixKernel, firstRow: Int)]
        let down: MatrixKernel
        let keys: DeviceBuffer
        let values: DeviceBuffer
    }

    private let parameters: Qwen2Parameters
    private let layers: [Layer]
    private let embed: EmbedKernel
    private let norm: RMSNormKernel
    private let rotate: RotaryCacheKernel
    private let attend: AttentionKernel
    private let gate: SwiGLUKernel
    private let head: MatrixKernel
    private let outputNorm: DeviceBuffer
    private let hidden: ActivationBuffer
    private let normed: ActivationBuffer
    private let qkv: ActivationBuffer
    private let queries: ActivationBuffer
    private let attended: ActivationBuffer
    private let gateUp: ActivationBuffer
    private let gated: ActivationBuffer

    static func plan(
        _ file: GGUFFile, contextLength: Int?, batchSize: Int
    ) throws -> (ModelShape, MemoryPlan) {
        let parameters = try Qwen2Parameters(file, contextLength: contextLength)
        try parameters.checkTensors(of: file)
        return (parameters.shape, parameters.memory(of: file, batchSize: batchSize))
    }

    init(_ file: GGUFFile, library: KernelLibrary, contextLength: Int?, batchSize: Int) throws {
        let parameters = try Qwen2Parameters(file, contextLength: contextLength)
        try parameters.checkTensors(of: file)
        let device = library.device
        let loader = try WeightLoader(device: device)
        let attention = parameters.attention
        self.parameters = parameters
        shape = parameters.shape
        memory = parameters.memory(of: file, batchSize: batchSize)

        let embeddings = try loader.matrix([file.tensor("token_embd.weight")], of: file)
        embed = try EmbedKernel(library, matrix: embeddings)
        let output = try file.tensorIfPresent("output.weight").map { try loader.matrix([$0], of: file) }
        head = try MatrixKernel(library, matrix: output ?? embeddings)
        outputNorm = try loader.vector([file.tensor("output_norm.weight")], of: file)
        norm = try RMSNormKernel(library, size: parameters.embedding, epsilon: parameters.epsilon)
        let table = RotaryCacheKernel.makeTable(shape: attention, base: parameters.ropeBase)
        rotate = try RotaryCacheKernel(library, shape: attention, table: loader.vector(table))
        attend = try AttentionKernel(library, shape: attention)
        gate = try SwiGLUKernel(library)
        layers = try (0..<parameters.layers).map { index in
            func tensor(_ name: String) throws -> GGUFTensor { try file.tensor("blk.\(index).\(name)") }
            func cache() throws -> DeviceBuffer {
                try DeviceBuffer(device: device, sizeBytes: attention.cacheBytes, placement: .device)
            }
            func kernel(_ name: String) throws -> MatrixKernel {
                try MatrixKernel(library, matrix: loader.matrix([tensor(name)], of: file), addsResidual: true)
            }
            return Layer(
                attentionNorm: try loader.vector([tensor("attn_norm.weight")], of: file),
                qkv: try loader.joined(
                    ["attn_q", "attn_k", "attn_v"].map {
                        (try tensor("\($0).weight"), file.tensorIfPresent("blk.\(index).\($0).bias"))
                    }, of: file, library: library),
                output: try kernel("attn_output.weight"),
                feedForwardNorm: try loader.vector([tensor("ffn_norm.weight")], of: file),
                gateUp: try loader.joined(
                    ["ffn_gate", "ffn_up"].map { (try tensor("\($0).weight"), nil) }, of: file, library: library),
                down: try kernel("ffn_down.weight"), keys: try cache(), values: try cache())
        }
        func activations(_ rows: Int) throws -> ActivationBuffer {
            try ActivationBuffer(device: device, rows: rows, maximumTokens: batchSize)
        }
        hidden = try activations(parameters.embedding)
        normed = try activations(parameters.embedding)
        qkv = try activations(attention.querySize + 2 * attention.kvSize)
        queries = try activations(attention.querySize)
        attended = try activations(attention.querySize)
        gateUp = try activations(2 * parameters.feedForward)
        gated = try activations(parameters.feedForward)
    }

    func record(
        _ recorder: CommandRecorder, _ pass: Pass, tokens: BufferSlice, count: Int, state: BufferSlice,
        logits: BufferSlice?
    ) throws {
        let hidden = hidden.slice(tokens: count)
        let normed = normed.slice(tokens: count)
        try embed.record(recorder, tokens: tokens, count: count, into: hidden)
        for layer in layers {
            try norm.record(recorder, from: hidden, tokens: count, weight: layer.attentionNorm, into: normed)
            try record(recorder, pass, layer.qkv, from: normed, tokens: count, into: qkv)
            try rotate.record(
                recorder, from: qkv.slice(tokens: count), tokens: count, state: state,
                queries: queries.slice(tokens: count), keys: layer.keys, values: layer.values)
            try attend.record(
                recorder, pass, queries: queries.slice(tokens: count), tokens: count, state: state, keys: layer.keys,
                values: layer.values, into: attended.slice(tokens: count))
            try layer.output.record(
                recorder, pass, from: attended.slice(tokens: count), tokens: count, residual: hidden, into: hidden)
            try norm.record(recorder, from: hidden, tokens: count, weight: layer.feedForwardNorm, into: normed)
            try record(recorder, pass, layer.gateUp, from: normed, tokens: count, into: gateUp)
            try gate.record(
                recorder, from: gateUp.slice(tokens: count), size: parameters.feedForward, tokens: count,
                into: gated.slice(tokens: count))
            try layer.down.record(
                recorder, pass, from: gated.slice(tokens: count), tokens: count, residual: hidden, into: hidden)
        }
        guard let logits else { return }
        let last = self.normed.slice(tokens: 1)
        try norm.record(
            recorder, from: hidden, tokens: count, selected: count - 1, weight: outputNorm, into: last)
        try head.record(recorder, .step, from: last, tokens: 1, into: logits)
    }

    private func record(
        _ recorder: CommandRecorder, _ pass: Pass, _ kernels: [(kernel: MatrixKernel, firstRow: Int)],
        from input: BufferSlice, tokens: Int, into result: ActivationBuffer
    ) throws {
        for (kernel, firstRow) in kernels {
            let rows = result.slice(tokens: tokens, from: firstRow, rows: kernel.matrix.rows)
            try kernel.record(recorder, pass, from: input, tokens: tokens, into: rows)
        }
    }
}

extension WeightLoader {
    /// Matrices that share their input as few kernels as their formats allow: neighbours of one format are joined, so
    /// that one dispatch does the work of several.
    fileprivate func joined(
        _ tensors: [(weight: GGUFTensor, bias: GGUFTensor?)], of file: GGUFFile, library: KernelLibrary
    ) throws -> [(kernel: MatrixKernel, firstRow: Int)] {
        var groups: [[(weight: GGUFTensor, bias: GGUFTensor?)]] = []
        for tensor in tensors {
            if let last = groups.last?.last, last.weight.format == tensor.weight.format,
                (last.bias == nil) == (tensor.bias == nil)
            {
                groups[groups.count - 1].append(tensor)
            } else {
                groups.append([tensor])
            }
        }
        var firstRow = 0
        return try groups.map { group in
            let matrix = try matrix(group.map(\.weight), of: file)
            let biases = group.compactMap(\.bias)
            let bias = biases.isEmpty ? nil : try vector(biases, of: file)
            defer { firstRow += matrix.rows }
            return (try MatrixKernel(library, matrix: matrix, bias: bias), firstRow)
        }
    }
}
