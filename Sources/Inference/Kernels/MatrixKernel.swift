import GGUF
import VulkanCompute

/// Multiplies a matrix with the activations of one token (`matvec`) or of a batch (`matmul`).
///
/// `y[t, r] = Σ w[r, k] · x[t, k] (+ bias[r]) (+ residual[t, r])`, accumulated in float32. Columns are a multiple of 32;
/// rows are any number, and the last group of four of `y` is filled up with values that nothing reads.
struct MatrixKernel {
    private struct VectorPush: BitwiseCopyable {
        var rows: UInt32
        var units: UInt32
    }

    private struct BatchPush: BitwiseCopyable {
        var rows: UInt32
        var units: UInt32
        var tokens: UInt32
    }

    let matrix: DeviceMatrix
    private let vector: ComputePipeline
    private let batch: ComputePipeline
    private let profile: KernelProfile
    private let bias: DeviceBuffer?
    private let addsResidual: Bool

    /// - Parameters:
    ///   - bias: float32, as many as the matrix has rows, rounded up to a multiple of four.
    ///   - addsResidual: whether ``record(_:_:from:tokens:residual:into:)`` adds a residual.
    init(_ library: KernelLibrary, matrix: DeviceMatrix, bias: DeviceBuffer? = nil, addsResidual: Bool = false) throws {
        self.matrix = matrix
        self.bias = bias
        self.addsResidual = addsResidual
        profile = library.profile
        let flags = [bias == nil ? 0 : 1, addsResidual ? 1 : 0]
        vector = try library.pipeline(
            "matvec", format: matrix.format, bindings: 6, push: VectorPush.self, workgroup: profile.workgroupSize,
            constants: [profile.lanes, profile.vectorRowGroups] + flags)
        batch = try library.pipeline(
            "matmul", format: matrix.format, bindings: 6, push: BatchPush.self, workgroup: profile.workgroupSize,
            constants: [profile.lanes, profile.matrixRowTiles] + flags)
    }

    /// - Parameters:
    ///   - input: the activations, `columns` rows of `tokens`.
    ///   - residual: what is added, if the kernel was made to; may be `result` itself.
    ///   - result: `rows` rows of `tokens`.
    func record(
        _ recorder: CommandRecorder, _ pass: Pass, from input: BufferSlice, tokens: Int,
        residual: BufferSlice? = nil, into result: BufferSlice
    ) throws {
        precondition(pass == .prompt || tokens == 1, "a step takes one token")
        precondition(addsResidual == (residual != nil), "a residual is given if and only if the kernel adds one")
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
                    .read(bias.map { $0.slice(offset: part.firstRow * 4) } ?? input),
                    .read(residual.map(rows) ?? input),
                    .write(rows(of: result)),
                ]
            switch pass {
            case .step:
                let rowsPerGroup = 4 * profile.vectorRowGroups * profile.subgroups
                try recorder.dispatch(
                    vector, bindings, push: VectorPush(rows: UInt32(part.rowCount), units: UInt32(matrix.units)),
                    groups: (groupCount(part.rowCount, of: rowsPerGroup), 1, 1))
            case .prompt:
                let push = BatchPush(
                    rows: UInt32(part.rowCount), units: UInt32(matrix.units), tokens: UInt32(tokens))
                try recorder.dispatch(
                    batch, bindings, push: push,
                    groups: (
                        groupCount(part.rowCount, of: profile.lanes * profile.matrixRowTiles),
                        groupCount(tokens, of: profile.workgroupSize), 1
                    ))
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
