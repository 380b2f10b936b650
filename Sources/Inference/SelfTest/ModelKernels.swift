import GGUF

/// Which kernels a model takes, as far as their shaders differ: by weight formats, flags and the shape of its heads.
struct ModelKernels {
    let attention: AttentionShape
    let rotary: RotaryShape
    /// Whether queries, keys and values have biases.
    let hasBias: Bool
    private let texts: Int
    private let embeddings: BlockFormat
    /// Of the output weights.
    private let head: BlockFormat
    /// Among queries, keys and values.
    private let projections: [BlockFormat]
    /// Of gates and of the values that they let through, where these have the same.
    private let gates: [BlockFormat]
    /// Of both in layers where they differ.
    private let gatesApart: [BlockFormat]
    /// Of the products that end in the residual stream.
    private let residuals: [BlockFormat]

    /// - Parameter parameters: of this file, which has been checked with them.
    init(_ file: GGUFFile, parameters: DecoderParameters, limits: ModelLimits) throws {
        attention = parameters.attention
        rotary = parameters.rotary
        hasBias = parameters.architecture.attentionBias
        texts = limits.texts
        embeddings = try file.tensor("token_embd.weight").format
        head = file.tensorIfPresent("output.weight")?.format ?? embeddings
        var (projections, residuals): (Set<BlockFormat>, Set<BlockFormat>) = ([], [])
        var (gates, gatesApart): (Set<BlockFormat>, Set<BlockFormat>) = ([], [])
        for layer in 0..<parameters.layers {
            func format(_ name: String) throws -> BlockFormat { try file.tensor("blk.\(layer).\(name).weight").format }
            for name in ["attn_q", "attn_k", "attn_v"] { projections.insert(try format(name)) }
            for name in ["attn_output", "ffn_down"] { residuals.insert(try format(name)) }
            let (gate, up) = (try format("ffn_gate"), try format("ffn_up"))
            if gate == up { gates.insert(gate) } else { gatesApart.formUnion([gate, up]) }
        }
        func sorted(_ formats: Set<BlockFormat>) -> [BlockFormat] { formats.sorted { $0.rawValue < $1.rawValue } }
        self.projections = sorted(projections)
        self.residuals = sorted(residuals)
        self.gates = sorted(gates)
        self.gatesApart = sorted(gatesApart)
    }

    /// The paths that the model takes under a profile, each once; those that others build on come first.
    ///
    /// Left out is what would cost more time than it is worth: numbers of columns between one and most, which unroll the
    /// same loops, but for one product of each format; and what only a matrix over the device's binding limit takes.
    func paths(_ profile: KernelProfile) -> [KernelPath] {
        typealias Product = KernelPath.Product
        let steps = Self.columns(upTo: texts, profile)
        let prompts = profile.hasBatchProducts ? [] : Self.columns(upTo: profile.productColumns, profile)
        var paths: [KernelPath] = [.embedding(embeddings), .norm, .swiGLU]
        func add(_ columns: [Int], _ product: Product) {
            paths += Self.ends(columns).map { .product(product, columns: $0) }
        }
        func prompt(_ product: Product) {
            if profile.hasBatchProducts { paths.append(.batchProduct(product)) }
            add(prompts, product)
        }
        for format in residuals {
            let product = Product(format: format, addsResidual: true)
            paths += (steps.count > prompts.count ? steps : prompts).map { .product(product, columns: $0) }
            prompt(product)
        }
        for format in projections {
            prompt(Product(format: format, hasBias: hasBias))
            if ProjectionKernel.isUsed(rotary, cacheFormat: attention.cacheFormat, profile: profile) {
                paths += Self.ends(steps).map { .projection(format, columns: $0) }
            } else {
                add(steps, Product(format: format, hasNorm: true, hasBias: hasBias))
            }
        }
        for format in gates + gatesApart { prompt(Product(format: format)) }
        for format in gates where profile.uses(.fusedGates) {
            paths += Self.ends(steps).map { .gates(format, columns: $0) }
        }
        for format in profile.uses(.fusedGates) ? gatesApart : gates + gatesApart {
            add(steps, Product(format: format, hasNorm: true))
        }
        add([1], Product(format: head))
        add(steps, Product(format: head, hasNorm: true))
        paths += [.rotation, .promptAttention, .stepAttention(isSplit: false)]
        let splits = AttentionSplits(profile: profile)
        if splits.maximum > 1, attention.context > splits.positions { paths.append(.stepAttention(isSplit: true)) }
        paths.append(.sampling)
        var seen: Set<KernelPath> = []
        return paths.filter { seen.insert($0).inserted }
    }

    /// How many columns products take at once for 1 to `count` of them.
    private static func columns(upTo count: Int, _ profile: KernelProfile) -> [Int] {
        let most = FewColumnProduct.columnsAtOnce(count, maximum: profile.productColumns)
        return Array(sequence(first: 1) { $0 < most ? $0 * 2 : nil })
    }

    /// The first and the last of some numbers, which may be one.
    private static func ends(_ columns: [Int]) -> [Int] {
        columns.count < 2 ? columns : [columns[0], columns[columns.count - 1]]
    }

    /// A path's name for people, with all that its shaders are specialized for beside the profile.
    func name(of path: KernelPath) -> String {
        let heads =
            "\(attention.heads) heads over \(attention.kvHeads) of \(attention.headSize) values, cache in "
            + attention.cacheFormat.rawValue
        let turned =
            "\(heads), \(rotary.pairing == .halves ? "halves" : "neighbours")"
            + (rotary.headNormEpsilon == nil ? "" : ", normalised")
        return switch path {
        case .embedding(let format): "embeddings in \(format.name)"
        case .norm: "RMS norm"
        case .swiGLU: "SwiGLU"
        case .rotation: "rotation of \(turned)"
        case .promptAttention: "attention of prompts, \(heads)"
        case .stepAttention(let isSplit): "attention of steps\(isSplit ? " in splits" : ""), \(heads)"
        case .product(let product, let columns): "product in \(product), \(Self.atOnce(columns))"
        case .batchProduct(let product): "product of many columns in \(product)"
        case .projection(let format, let columns):
            "queries, keys and values in \(format.name)\(hasBias ? " with bias" : ""), \(Self.atOnce(columns)), \(turned)"
        case .gates(let format, let columns): "gates and values in \(format.name), \(Self.atOnce(columns))"
        case .sampling: "choice of tokens"
        }
    }

    private static func atOnce(_ columns: Int) -> String {
        columns == 1 ? "a column at a time" : "\(columns) columns at once"
    }
}
