import GGUF
import VulkanCompute

/// Multiplies a matrix with the activations of a pass.
///
/// `y[t, r] = Σ w[r, k] · x[t, k] (+ bias[r]) (+ residual[t, r])`, accumulated in float32, with an RMS norm of `x` folded
/// in if wanted. Columns of the matrix are a multiple of 32; rows are any number.
struct MatrixKernel {
    private struct Push: BitwiseCopyable {
        var rows: UInt32
        var units: UInt32
        var count: UInt32
        var epsilon: Float
    }

    let matrix: DeviceMatrix
    private let product: FewColumnProduct
    private let batch: BatchProduct?
    private let bias: DeviceBuffer?
    private let norm: FoldedNorm?
    private let addsResidual: Bool

    /// - Parameters:
    ///   - bias: float32, as many as the matrix has rows, rounded up to a multiple of four.
    ///   - addsResidual: whether ``record(_:_:from:tokens:residual:into:)`` adds a residual.
    ///   - norm: what is folded in; such a kernel takes steps only.
    init(
        _ library: KernelLibrary, matrix: DeviceMatrix, bias: DeviceBuffer? = nil, addsResidual: Bool = false,
        norm: FoldedNorm? = nil
    ) throws {
        self.matrix = matrix
        self.bias = bias
        self.norm = norm
        self.addsResidual = addsResidual
        let flags = [bias == nil ? 0 : 1, addsResidual ? 1 : 0]
        product = FewColumnProduct(
            library, .plain, matrix: matrix, hasNorm: norm != nil, constants: flags)
        // Where lanes take rows, the product of few columns is the best one for many too.
        batch =
            library.profile.hasBatchProducts && norm == nil
            ? try BatchProduct(
                library, matrix: matrix, bindings: 7, push: Push.self, flags: flags) : nil
    }

    /// - Parameters:
    ///   - pass: a step's sums do not depend on what else is in the pass, whatever its number of tokens; nor do a
    ///     prompt's, but they may be added up in another order than a step's.
    ///   - input: the activations, `columns` rows of `tokens`.
    ///   - residual: what is added, if the kernel was made to; may be `result` itself.
    ///   - result: `rows` rows of `tokens`.
    func record(
        _ recorder: CommandRecorder, _ pass: Pass, from input: BufferSlice, tokens: Int,
        residual: BufferSlice? = nil, into result: BufferSlice
    ) throws {
        precondition(addsResidual == (residual != nil), "a residual is given if and only if the kernel adds one")
        precondition(pass == .step || norm == nil, "a prompt is normalised before its products")
        for part in matrix.parts {
            let offset = part.firstRow * tokens * 4
            let size = ActivationBuffer.byteCount(rows: part.rowCount, tokens: tokens)
            func rows(of slice: BufferSlice) -> BufferSlice {
                slice.buffer.slice(offset: slice.offset + offset, size: size)
            }
            // A binding that the specialized shader does not touch still needs a buffer.
            let bindings =
                part.bindings + [
                    .read(input),
                    .read(norm?.weight.slice() ?? input),
                    .read(bias.map { $0.slice(offset: part.firstRow * 4) } ?? input),
                    .read(residual.map(rows) ?? input),
                    .write(rows(of: result)),
                ]
            let push = Push(
                rows: UInt32(part.rowCount), units: UInt32(matrix.units), count: UInt32(tokens),
                epsilon: norm?.epsilon ?? 0)
            if pass == .prompt, let batch {
                try batch.record(recorder, rows: part.rowCount, count: tokens, bindings: bindings, push: push)
            } else {
                try product.record(recorder, rows: part.rowCount, count: tokens, bindings: bindings, push: push)
            }
        }
    }

    /// The plain twin, token-major: `weights` is row-major and dequantized, `input` is `tokens × columns`.
    static func reference(
        weights: [Float], rows: Int, columns: Int, input: [Float], tokens: Int, bias: [Float]? = nil,
        residual: [Float]? = nil
    ) -> [Float] {
        var result = [Float](repeating: 0, count: tokens * rows)
        for token in 0..<tokens {
            for row in 0..<rows {
                var sum: Double = 0
                for column in 0..<columns {
                    sum += Double(weights[row * columns + column]) * Double(input[token * columns + column])
                }
                sum += Double(bias?[row] ?? 0) + Double(residual?[token * rows + row] ?? 0)
                result[token * rows + row] = Float(sum)
            }
        }
        return result
    }
}
