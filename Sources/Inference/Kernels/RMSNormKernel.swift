import VulkanCompute

/// Root-mean-square normalisation: `y = x / sqrt(mean(x²) + ε) · weight` for each token.
///
/// Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019.
struct RMSNormKernel {
    private struct Push: BitwiseCopyable {
        var groups: UInt32
        var inTokens: UInt32
        var firstToken: UInt32
        var outTokens: UInt32
        var epsilon: Float
    }

    private let pipeline: ComputePipeline
    private let size: Int
    private let epsilon: Float

    /// - Parameter size: values of a token, a multiple of four.
    init(_ library: KernelLibrary, size: Int, epsilon: Float) throws {
        self.size = size
        self.epsilon = epsilon
        pipeline = try library.pipeline(
            "rms_norm", bindings: 3, push: Push.self, workgroup: library.profile.workgroupSize,
            constants: [library.profile.subgroups])
    }

    /// - Parameters:
    ///   - tokens: of the input.
    ///   - selected: the token that alone is normalised, into a batch of one; all of them if left out.
    func record(
        _ recorder: CommandRecorder, from input: BufferSlice, tokens: Int, selected: Int? = nil,
        weight: DeviceBuffer, into result: BufferSlice
    ) throws {
        let count = selected == nil ? tokens : 1
        let push = Push(
            groups: UInt32(size / 4), inTokens: UInt32(tokens), firstToken: UInt32(selected ?? 0),
            outTokens: UInt32(count), epsilon: epsilon)
        try recorder.dispatch(
            pipeline, [.read(input, moved: count * size * 4), .read(weight.slice()), .write(result)], push: push,
            groups: (count, 1, 1))
    }

    /// The plain twin, token-major.
    static func reference(input: [Float], size: Int, epsilon: Float, weight: [Float]) -> [Float] {
        var result = input
        for start in stride(from: 0, to: input.count, by: size) {
            let squares = input[start..<start + size].reduce(0.0) { $0 + Double($1) * Double($1) }
            let scale = 1 / (squares / Double(size) + Double(epsilon)).squareRoot()
            for i in 0..<size { result[start + i] = Float(Double(input[start + i]) * scale * Double(weight[i])) }
        }
        return result
    }
}
