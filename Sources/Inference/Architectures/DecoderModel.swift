import GGUF
import VulkanCompute

/// A decoder-only transformer on the device: weights, cache and the kernels that evaluate it.
///
/// Pre-norm layers with RMS norm, grouped-query attention with rotary positions and a SwiGLU feed-forward block; output
/// weights may be the embeddings. In what an ``Architecture`` differs, ``DecoderParameters`` says.
final class DecoderModel {
    let shape: ModelShape
    let memory: MemoryPlan
    let parameters: DecoderParameters

    private let embed: EmbedKernel
    private let kernels: SharedKernels
    let layers: [DecoderLayer]
    private let outputNorm: FoldedNorm
    /// Of a prompt's last column, already normalised.
    private let promptHead: MatrixKernel
    /// With the norm folded in.
    private let stepHead: MatrixKernel
    private let work: DecoderWork

    /// Asks for the weights, which come in the background, and makes the kernels.
    ///
    /// - Parameters:
    ///   - parameters: of this file.
    ///   - limits: what the parameters were read with.
    init(
        _ file: GGUFFile, parameters: DecoderParameters, loader: WeightLoader, library: KernelLibrary,
        limits: ModelLimits
    ) throws {
        self.parameters = parameters
        shape = parameters.shape
        memory = MemoryPlan(parameters.footprint(of: file), for: parameters.demand(limits))

        let embeddings = try loader.matrix([file.tensor("token_embd.weight")], of: file)
        embed = try EmbedKernel(library, matrix: embeddings)
        let output = try file.tensorIfPresent("output.weight").map { try loader.matrix([$0], of: file) } ?? embeddings
        outputNorm = FoldedNorm(
            weight: try loader.vector([file.tensor("output_norm.weight")], of: file), epsilon: parameters.epsilon)
        promptHead = try MatrixKernel(library, matrix: output)
        stepHead = try MatrixKernel(library, matrix: output, norm: outputNorm)
        let kernels = try SharedKernels(library, parameters: parameters, loader: loader)
        self.kernels = kernels
        layers = try (0..<parameters.layers).map { index in
            try DecoderLayer(
                index, of: file, parameters: parameters, loader: loader, library: library, shared: kernels)
        }
        work = try DecoderWork(device: library.device, parameters: parameters, columns: limits.columns)
    }

    /// Records one pass.
    ///
    /// - Parameters:
    ///   - logits: receives the logits of all columns of a step, or of a prompt's last column; `nil` for a part of
    ///   a prompt after which more follows.
    ///   - layers: the only ones that the pass goes through, for measurements; all if left out.
    func record(_ batch: PassRecording, logits: BufferSlice?, layers chosen: [Int]? = nil) throws {
        let (recorder, count) = (batch.recorder, batch.count)
        try embed.record(
            recorder, tokens: batch.columns.tokens, count: count, into: work.hidden.slice(tokens: count))
        for layer in chosen.map({ $0.map { layers[$0] } }) ?? layers {
            try layer.attentionInput.record(batch, work, normalize: kernels.normalize, cache: layer.cache)
            try attend(batch, layer)
            try addToResidual(batch, layer.output, from: work.attended)
            try layer.feedForwardInput.record(batch, work, normalize: kernels.normalize)
            try addToResidual(batch, layer.down, from: work.gated)
        }
        if let logits { try projectLogits(batch, into: logits) }
    }

    /// Records the attention of some layers alone, for measurements: queries are what the pass before left.
    func recordAttention(_ batch: PassRecording, layers chosen: [Int]) throws {
        for index in chosen { try attend(batch, layers[index]) }
    }

    private func attend(_ batch: PassRecording, _ layer: DecoderLayer) throws {
        try kernels.attend.record(
            batch.recorder, batch.pass, queries: work.queries.slice(tokens: batch.count), columns: batch.columns,
            keys: layer.cache.keys, values: layer.cache.values, into: work.attended.slice(tokens: batch.count))
    }

    private func addToResidual(_ batch: PassRecording, _ product: MatrixKernel, from input: ActivationBuffer) throws {
        let hidden = work.hidden.slice(tokens: batch.count)
        try product.record(
            batch.recorder, batch.pass, from: input.slice(tokens: batch.count), tokens: batch.count, residual: hidden,
            into: hidden)
    }

    private func projectLogits(_ batch: PassRecording, into logits: BufferSlice) throws {
        let hidden = work.hidden.slice(tokens: batch.count)
        switch batch.pass {
        case .step:
            try stepHead.record(batch.recorder, .step, from: hidden, tokens: batch.count, into: logits)
        case .prompt:
            let last = work.normed.slice(tokens: 1)
            try kernels.normalize.record(
                batch.recorder, from: hidden, tokens: batch.count, selected: batch.count - 1,
                weight: outputNorm.weight, into: last)
            try promptHead.record(batch.recorder, .step, from: last, tokens: 1, into: logits)
        }
    }
}

/// One pass over columns while it is recorded.
struct PassRecording {
    let recorder: CommandRecorder
    /// A prompt's columns are of one text, with rising positions; a step's are of any texts.
    let pass: Pass
    let columns: PassColumns

    var count: Int { columns.count }
}
