import Foundation
import VulkanCompute

/// Causal attention over the cache with grouped key and value heads.
///
/// `y[h] = Σ softmax(q[h] · k[p] / sqrt(headSize)) · v[p]` over positions p up to the token's own; one shader takes a
/// batch of tokens, another a single one.
struct AttentionKernel {
    private struct BatchPush: BitwiseCopyable {
        var tokens: UInt32
        var context: UInt32
        var scale: Float
    }

    private struct SinglePush: BitwiseCopyable {
        var context: UInt32
        var scale: Float
    }

    private let batch: ComputePipeline
    private let single: ComputePipeline
    private let shape: AttentionShape
    private let workgroup: Int

    init(_ library: KernelLibrary, shape: AttentionShape) throws {
        self.shape = shape
        let profile = library.profile
        workgroup = profile.workgroupSize
        let constants = [shape.headSize / 4, shape.headsPerKV]
        batch = try library.pipeline(
            "attention_prefill", bindings: 5, push: BatchPush.self, workgroup: workgroup,
            constants: [profile.lanes] + constants)
        single = try library.pipeline(
            "attention_decode", bindings: 5, push: SinglePush.self, workgroup: workgroup,
            constants: [profile.subgroups] + constants)
    }

    /// - Parameters:
    ///   - queries: rotated; their keys and values are in the cache already.
    ///   - state: ``StepState``, whose position is the first token's.
    func record(
        _ recorder: CommandRecorder, _ pass: Pass, queries: BufferSlice, tokens: Int, state: BufferSlice,
        keys: DeviceBuffer, values: DeviceBuffer, into result: BufferSlice
    ) throws {
        let bindings: [Binding] = [
            .read(queries), .read(keys.slice()), .read(values.slice()), .write(result), .read(state),
        ]
        let scale = 1 / Float(shape.headSize).squareRoot()
        switch pass {
        case .step:
            try recorder.dispatch(
                single, bindings, push: SinglePush(context: UInt32(shape.context), scale: scale),
                groups: (shape.heads, 1, 1))
        case .prompt:
            try recorder.dispatch(
                batch, bindings,
                push: BatchPush(tokens: UInt32(tokens), context: UInt32(shape.context), scale: scale),
                groups: (groupCount(tokens, of: workgroup), shape.heads, 1))
        }
    }

    /// The plain twin for one token: `queries` is `heads × headSize`; `keys` and `values` are
    /// `positions × kvHeads × headSize`, up to and with the token's own position.
    static func reference(queries: [Float], keys: [Float], values: [Float], shape: AttentionShape) -> [Float] {
        let positions = keys.count / shape.kvSize
        var result = [Float](repeating: 0, count: shape.querySize)
        for head in 0..<shape.heads {
            let offset = head / shape.headsPerKV * shape.headSize
            let scores = (0..<positions).map { position in
                (0..<shape.headSize).reduce(0.0) { sum, i in
                    sum + Double(queries[head * shape.headSize + i])
                        * Double(keys[position * shape.kvSize + offset + i])
                } / Double(shape.headSize).squareRoot()
            }
            let greatest = scores.max() ?? 0
            let weights = scores.map { exp($0 - greatest) }
            let total = weights.reduce(0, +)
            for i in 0..<shape.headSize {
                let sum = (0..<positions).reduce(0.0) { sum, position in
                    sum + weights[position] * Double(values[position * shape.kvSize + offset + i])
                }
                result[head * shape.headSize + i] = Float(sum / total)
            }
        }
        return result
    }
}
