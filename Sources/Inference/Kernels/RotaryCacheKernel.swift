import Foundation
import VulkanCompute

/// Rotates queries and keys by their positions and writes keys and values into the cache.
///
/// NEOX pairing: value `i` of a head turns with value `i + headSize / 2` by `position · base^(-2i / headSize)`. The cache
/// holds float16, `[kv head][position][value]`.
///
/// Source: Su et al., RoFormer, 2021.
struct RotaryCacheKernel {
    private struct Push: BitwiseCopyable {
        var tokens: UInt32
        var context: UInt32
    }

    private let pipeline: ComputePipeline
    private let shape: AttentionShape
    private let workgroup: Int
    private let table: DeviceBuffer

    /// - Parameter table: ``makeTable(shape:base:)`` on the device.
    init(_ library: KernelLibrary, shape: AttentionShape, table: DeviceBuffer) throws {
        self.shape = shape
        self.table = table
        workgroup = library.profile.workgroupSize
        pipeline = try library.pipeline(
            "rope_kv", bindings: 6, push: Push.self, workgroup: workgroup,
            constants: [shape.headSize / 4, shape.heads, shape.kvHeads])
    }

    /// - Parameters:
    ///   - input: rows of queries, keys and values, one after another.
    ///   - state: ``StepState``; its position plus `tokens` is at most the shape's context.
    func record(
        _ recorder: CommandRecorder, from input: BufferSlice, tokens: Int, state: BufferSlice,
        queries: BufferSlice, keys: DeviceBuffer, values: DeviceBuffer
    ) throws {
        let invocations = (shape.heads + 2 * shape.kvHeads) * shape.headSize / 8
        try recorder.dispatch(
            pipeline,
            [
                .read(input), .read(table.slice()), .write(queries), .write(keys.slice()), .write(values.slice()),
                .read(state),
            ],
            push: Push(tokens: UInt32(tokens), context: UInt32(shape.context)),
            groups: (groupCount(invocations, of: workgroup), tokens, 1))
    }

    /// Cosines and sines of four pairs at a time for every position, computed in double precision.
    static func makeTable(shape: AttentionShape, base: Float) -> [Float] {
        let groups = shape.headSize / 8
        var table = [Float](repeating: 0, count: shape.context * shape.headSize)
        for position in 0..<shape.context {
            for pair in 0..<shape.headSize / 2 {
                let angle = self.angle(position: position, pair: pair, headSize: shape.headSize, base: base)
                let entry = (position * groups + pair / 4) * 8 + pair % 4
                table[entry] = Float(cos(angle))
                table[entry + 4] = Float(sin(angle))
            }
        }
        return table
    }

    private static func angle(position: Int, pair: Int, headSize: Int, base: Float) -> Double {
        Double(position) * pow(Double(base), -2 * Double(pair) / Double(headSize))
    }

    /// The plain twin for one head of one token.
    static func reference(head: [Float], position: Int, base: Float) -> [Float] {
        var result = head
        let half = head.count / 2
        for i in 0..<half {
            let angle = angle(position: position, pair: i, headSize: head.count, base: base)
            let (a, b) = (Double(head[i]), Double(head[i + half]))
            result[i] = Float(a * cos(angle) - b * sin(angle))
            result[i + half] = Float(b * cos(angle) + a * sin(angle))
        }
        return result
    }
}
