import GGUF

/// One of the kernels that a model takes, in one specialization, as the self-test checks it.
enum KernelPath: Hashable {
    /// A product's weights, and what it does beside multiplying.
    struct Product: Hashable {
        let format: BlockFormat
        var hasNorm = false
        var hasBias = false
        var addsResidual = false
    }

    case embedding(BlockFormat)
    case norm
    case swiGLU
    case rotation
    case promptAttention
    case stepAttention(isSplit: Bool)
    /// Of so many columns at once.
    case product(Product, columns: Int)
    case batchProduct(Product)
    case projection(BlockFormat, columns: Int)
    case gates(BlockFormat, columns: Int)
    case sampling

    /// What a profile turns off so that something else takes this path's place; `nil` where nothing can.
    ///
    /// - Parameter isCooperative: whether a product of many columns takes cooperative matrices.
    func feature(_ profile: KernelProfile, isCooperative: (BlockFormat) -> Bool) -> KernelFeature? {
        switch self {
        case .embedding, .norm, .swiGLU, .rotation, .promptAttention, .sampling: nil
        case .stepAttention: profile.attentionSplits > 1 ? .splitAttention : nil
        case .product(_, let columns): columns > 1 ? .columns(columns) : profile.lanesTakeRows ? nil : .sharedRows
        case .batchProduct(let product): isCooperative(product.format) ? .cooperativeMatrices : .batchTiles
        case .projection: .fusedProjections
        case .gates: .fusedGates
        }
    }
}

extension KernelPath.Product: CustomStringConvertible {
    var description: String {
        let extras = [(hasNorm, "norm"), (hasBias, "bias"), (addsResidual, "residual")].filter(\.0).map(\.1)
        return format.name + (extras.isEmpty ? "" : " with \(extras.joined(separator: " and "))")
    }
}
