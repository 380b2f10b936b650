import VulkanCompute

/// The first half of a layer's feed-forward block: norm, gates and the values that they let through, SwiGLU.
///
/// One dispatch in a step; apart where gates and values have different formats, the device's binding limit has split
/// them or the profile has turned the kernel off, and in a prompt, whose products have other kernels.
struct FeedForwardInput {
    private let norm: FoldedNorm
    private let product: JoinedProduct
    private let step: Step
    private let gate: SwiGLUKernel

    private enum Step {
        case fused(GatedKernel)
        /// With the norm folded in.
        case apart(JoinedProduct)
    }

    /// - Parameter matrices: of gates and values.
    init(_ matrices: JoinedMatrices, norm: FoldedNorm, gate: SwiGLUKernel, library: KernelLibrary) throws {
        self.norm = norm
        self.gate = gate
        product = try JoinedProduct(matrices, library: library)
        if matrices.groups.count == 1, let fused = GatedKernel(library, matrix: matrices.groups[0].matrix, norm: norm) {
            step = .fused(fused)
        } else {
            step = .apart(try JoinedProduct(matrices, library: library, norm: norm))
        }
    }

    /// - Parameter work: reads `hidden`, leaves the result in `gated`.
    func record(_ batch: PassRecording, _ work: DecoderWork, normalize: RMSNormKernel) throws {
        let (recorder, count) = (batch.recorder, batch.count)
        let hidden = work.hidden.slice(tokens: count)
        let gated = work.gated.slice(tokens: count)
        switch (batch.pass, step) {
        case (.step, .fused(let kernel)):
            return try kernel.record(recorder, from: hidden, count: count, into: gated)
        case (.step, .apart(let product)):
            try product.record(recorder, .step, from: hidden, tokens: count, into: work.gateUp)
        case (.prompt, _):
            let normed = work.normed.slice(tokens: count)
            try normalize.record(recorder, from: hidden, tokens: count, weight: norm.weight, into: normed)
            try product.record(recorder, .prompt, from: normed, tokens: count, into: work.gateUp)
        }
        try gate.record(
            recorder, from: work.gateUp.slice(tokens: count), size: work.gated.rows, tokens: count, into: gated)
    }
}
