import VulkanCompute

/// The first half of a feed-forward block in one dispatch: RMS norm, gate and up products, SwiGLU.
///
/// `y = silu(G · norm(x)) · (U · norm(x))`, accumulated in float32; for any number of columns, meant for 1 to 32.
struct GatedKernel {
    private struct Push: BitwiseCopyable {
        var rows: UInt32
        var units: UInt32
        var count: UInt32
        var epsilon: Float
    }

    private let matrix: DeviceMatrix
    private let norm: FoldedNorm
    private let product: FewColumnProduct

    /// - Parameter matrix: the rows of the gates and then as many of the values.
    /// - Returns: `nil` for a matrix that the device's binding limit has split, so that a gate and its value lie apart, and
    ///   where the profile has turned the kernel off.
    init?(_ library: KernelLibrary, matrix: DeviceMatrix, norm: FoldedNorm) {
        guard matrix.parts.count == 1, matrix.rows % 2 == 0, library.profile.uses(.fusedGates) else { return nil }
        self.matrix = matrix
        self.norm = norm
        product = FewColumnProduct(library, .gated, matrix: matrix, hasNorm: true)
    }

    /// - Parameters:
    ///   - input: the activations before the norm, `columns` rows of `count`.
    ///   - result: half as many rows as the matrix has.
    func record(_ recorder: CommandRecorder, from input: BufferSlice, count: Int, into result: BufferSlice) throws {
        let push = Push(
            rows: UInt32(matrix.rows), units: UInt32(matrix.units), count: UInt32(count), epsilon: norm.epsilon)
        try product.record(
            recorder, rows: matrix.rows, count: count,
            bindings: matrix.parts[0].bindings + [.read(input), .read(norm.weight.slice()), .write(result)], push: push)
    }

    /// The plain twin, token-major.
    static func reference(
        weights: [Float], rows: Int, columns: Int, input: [Float], tokens: Int, normWeight: [Float], epsilon: Float
    ) -> [Float] {
        let normed = RMSNormKernel.reference(input: input, size: columns, epsilon: epsilon, weight: normWeight)
        let both = MatrixKernel.reference(
            weights: weights, rows: rows, columns: columns, input: normed, tokens: tokens)
        return SwiGLUKernel.reference(input: both, size: rows / 2, tokens: tokens)
    }
}
