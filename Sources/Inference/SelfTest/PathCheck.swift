import GGUF
import VulkanCompute

/// Runs single paths on small random data and compares what they give with their CPU twins.
///
/// Shapes are chosen so that every loop of a kernel runs more than once and its last tile is not full; constants are the
/// model's own, so that the pipelines are those that the model will run.
final class PathCheck {
    /// How far a result is from its twin's, as ``nmse(_:_:)`` unless a check says otherwise.
    struct Deviation {
        let error: Double
        let ceiling: Double

        /// Whether the path is right; an error that is no number never is.
        var isRight: Bool { error < ceiling }

        /// The one that is farther over its ceiling.
        static func worse(_ first: Deviation, _ second: Deviation) -> Deviation {
            // An error that is no number compares as neither more nor less.
            !first.isRight || first.error / first.ceiling > second.error / second.ceiling ? first : second
        }
    }

    static let epsilon: Float = 1e-6

    let bench: KernelBench
    let kernels: ModelKernels
    private var matrices: [MatrixShape: (device: DeviceMatrix, values: [Float])] = [:]

    private struct MatrixShape: Hashable {
        let format: BlockFormat
        let rows: Int
        let columns: Int
    }

    init(_ library: KernelLibrary, kernels: ModelKernels) {
        bench = KernelBench(library)
        self.kernels = kernels
    }

    var library: KernelLibrary { bench.library }
    var profile: KernelProfile { bench.library.profile }

    /// Runs a path.
    func deviation(of path: KernelPath) throws -> Deviation {
        switch path {
        case .embedding(let format): try embedding(format)
        case .norm: try norm()
        case .swiGLU: try swiGLU()
        case .product(let product, let columns): try fewColumns(product, atOnce: columns)
        case .batchProduct(let product): try batch(product)
        case .projection(let format, let columns): try projection(format, atOnce: columns)
        case .gates(let format, let columns): try gates(format, atOnce: columns)
        case .rotation: try rotation()
        case .promptAttention: try promptAttention()
        case .stepAttention(let isSplit): try stepAttention(isSplit: isSplit)
        case .sampling: try sampling()
        }
    }

    /// Random weights, made once for each shape.
    ///
    /// - Parameter units: of a row at least; see ``DeviceLayout``.
    func matrix(_ format: BlockFormat, rows: Int, units: Int) throws -> (device: DeviceMatrix, values: [Float]) {
        let block = max(format.valuesPerBlock, DeviceLayout(format).valuesPerUnit)
        let columns = groupCount(units * DeviceLayout(format).valuesPerUnit, of: block) * block
        let shape = MatrixShape(format: format, rows: rows, columns: columns)
        if let known = matrices[shape] { return known }
        var random = RepeatableRandom(seed: UInt64(format.rawValue))
        let made = try bench.matrix(random.floats(rows * columns), rows: rows, columns: columns, format: format)
        matrices[shape] = made
        return made
    }

    private func embedding(_ format: BlockFormat) throws -> Deviation {
        let rows = 70
        let (matrix, weights) = try matrix(format, rows: rows, units: profile.lanes + 3)
        let tokens = [0, rows - 1, 31, 64, 5]
        let result = try bench.activationOutput(rows: matrix.columns, tokens: tokens.count)
        let ids = try bench.upload(tokens.map { UInt32($0) })
        let kernel = try EmbedKernel(library, matrix: matrix)
        try bench.run { try kernel.record($0, tokens: ids.slice(), count: tokens.count, into: result.slice()) }
        return Deviation(
            error: nmse(
                try bench.readActivations(result, rows: matrix.columns, tokens: tokens.count),
                EmbedKernel.reference(weights: weights, columns: matrix.columns, tokens: tokens)),
            ceiling: 1e-12)
    }

    private func norm() throws -> Deviation {
        let (size, tokens) = (4 * (profile.workgroupSize + 3), 3)
        var random = RepeatableRandom(seed: 1)
        let (input, weight) = (random.floats(size * tokens, in: -3...3), random.floats(size))
        let kernel = try RMSNormKernel(library, size: size, epsilon: Self.epsilon)
        let (x, gain) = (try bench.activations(input, rows: size, tokens: tokens), try bench.upload(weight))
        let (all, last) = (
            try bench.activationOutput(rows: size, tokens: tokens), try bench.activationOutput(rows: size, tokens: 1)
        )
        try bench.run { recorder in
            try kernel.record(recorder, from: x.slice(), tokens: tokens, weight: gain, into: all.slice())
            try kernel.record(
                recorder, from: x.slice(), tokens: tokens, selected: tokens - 1, weight: gain, into: last.slice())
        }
        let expected = RMSNormKernel.reference(input: input, size: size, epsilon: Self.epsilon, weight: weight)
        let found =
            try bench.readActivations(all, rows: size, tokens: tokens)
            + bench.readActivations(last, rows: size, tokens: 1)
        return Deviation(error: nmse(found, expected + expected.suffix(size)), ceiling: 1e-10)
    }

    private func swiGLU() throws -> Deviation {
        let (size, tokens) = (4 * (profile.workgroupSize + 3), 3)
        var random = RepeatableRandom(seed: 2)
        let input = random.floats(2 * size * tokens, in: -30...30)
        let kernel = try SwiGLUKernel(library)
        let x = try bench.activations(input, rows: 2 * size, tokens: tokens)
        let result = try bench.activationOutput(rows: size, tokens: tokens)
        try bench.run { try kernel.record($0, from: x.slice(), size: size, tokens: tokens, into: result.slice()) }
        let found = try bench.readActivations(result, rows: size, tokens: tokens)
        return Deviation(
            error: nmse(found, SwiGLUKernel.reference(input: input, size: size, tokens: tokens)), ceiling: 1e-9)
    }
}
