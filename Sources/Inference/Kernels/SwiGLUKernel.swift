import Foundation
import VulkanCompute

/// The gated activation of the feed-forward block: `y = silu(gate) · up`.
///
/// Source: Shazeer, GLU Variants Improve Transformer, 2020.
struct SwiGLUKernel {
    private let pipeline: ComputePipeline
    private let workgroup: Int
    private let maximumGroups: Int

    /// - Parameter maximumGroups: workgroups of a dispatch; as many as the device allows if left out.
    init(_ library: KernelLibrary, maximumGroups: Int? = nil) throws {
        workgroup = library.profile.workgroupSize
        self.maximumGroups = maximumGroups ?? library.device.description.limits.workgroupCount[0]
        pipeline = try library.pipeline("swiglu", bindings: 2, push: UInt32.self, workgroup: workgroup)
    }

    /// - Parameters:
    ///   - input: `2 · size` rows: the gates, then the values.
    ///   - size: rows of the result, a multiple of four.
    func record(
        _ recorder: CommandRecorder, from input: BufferSlice, size: Int, tokens: Int, into result: BufferSlice
    ) throws {
        let count = size / 4 * tokens
        try recorder.dispatch(
            pipeline, [.read(input), .write(result)], push: UInt32(count),
            groups: (min(groupCount(count, of: workgroup), maximumGroups), 1, 1))
    }

    /// The plain twin, token-major: `input` is `tokens × 2 · size`.
    static func reference(input: [Float], size: Int, tokens: Int) -> [Float] {
        var result = [Float](repeating: 0, count: size * tokens)
        for token in 0..<tokens {
            for i in 0..<size {
                let gate = Double(input[token * 2 * size + i])
                result[token * size + i] = Float(gate / (1 + exp(-gate)) * Double(input[token * 2 * size + size + i]))
            }
        }
        return result
    }
}
