import VulkanCompute

/// The first part of a layer: norm, queries, keys and values, their positions, and keys and values into the cache.
///
/// A step takes one dispatch for each weight format among the three matrices. Where a model normalises its heads, which
/// takes whole heads, the cache is quantized, which takes blocks of them, the device's binding limit has split a matrix, or the
/// profile has turned the kernel off, products and rotation are apart. A prompt takes norm, products and rotation one after
/// another: its products have other kernels.
struct AttentionInput {
    private let norm: FoldedNorm
    private let product: JoinedProduct
    private let step: Step
    private let rotate: RotaryCacheKernel
    /// The norm of each query head and then of each key head, where the architecture has one.
    private let headNorm: DeviceBuffer?

    private enum Step {
        case fused([ProjectionKernel])
        /// With the norm folded in.
        case apart(JoinedProduct)
    }

    /// - Parameters:
    ///   - matrices: of queries, keys and values.
    ///   - rotate: of the model.
    init(
        _ matrices: JoinedMatrices, norm: FoldedNorm, headNorm: DeviceBuffer?, rotate: RotaryCacheKernel,
        library: KernelLibrary
    ) throws {
        self.norm = norm
        self.headNorm = headNorm
        self.rotate = rotate
        product = try JoinedProduct(matrices, library: library)
        let fused = matrices.groups.compactMap { group in
            ProjectionKernel(library, group: group, norm: norm, rotate: rotate)
        }
        step =
            fused.count == matrices.groups.count
            ? .fused(fused) : .apart(try JoinedProduct(matrices, library: library, norm: norm))
    }

    /// - Parameter work: reads `hidden`, leaves the rotated queries in `queries`.
    func record(_ batch: PassRecording, _ work: DecoderWork, normalize: RMSNormKernel, cache: LayerCache) throws {
        let (recorder, count) = (batch.recorder, batch.count)
        let queries = work.queries.slice(tokens: count)
        switch (batch.pass, step) {
        case (.step, .fused(let kernels)):
            for kernel in kernels {
                try kernel.record(
                    recorder, from: work.hidden.slice(tokens: count), columns: batch.columns, queries: queries,
                    keys: cache.keys, values: cache.values)
            }
            return
        case (.step, .apart(let product)):
            try product.record(
                recorder, .step, from: work.hidden.slice(tokens: count), tokens: count, into: work.qkv)
        case (.prompt, _):
            let normed = work.normed.slice(tokens: count)
            try normalize.record(
                recorder, from: work.hidden.slice(tokens: count), tokens: count, weight: norm.weight, into: normed)
            try product.record(recorder, .prompt, from: normed, tokens: count, into: work.qkv)
        }
        try rotate.record(
            recorder, from: work.qkv.slice(tokens: count), columns: batch.columns, headNorm: headNorm,
            queries: queries, keys: cache.keys, values: cache.values)
    }
}
