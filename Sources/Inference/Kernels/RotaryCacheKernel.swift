import Foundation
import VulkanCompute

/// Rotates queries and keys by their positions, as ``RotaryShape`` says, and writes keys and values into the cache,
/// `[block][kv head][position in the block][value]`.
///
/// An invocation takes four pairs of a head; keys and values for a cache of Q8_0 are taken in blocks of 32 values.
struct RotaryCacheKernel {
    private struct Push: BitwiseCopyable {
        var count: UInt32
        var blocksPerSlot: UInt32
        var epsilon: Float
    }

    private let pipeline: ComputePipeline
    let shape: AttentionShape
    let rotary: RotaryShape
    let table: DeviceBuffer
    private let workgroup: Int

    /// - Parameter table: ``makeTable(shape:rotary:)`` on the device.
    init(_ library: KernelLibrary, shape: AttentionShape, rotary: RotaryShape, table: DeviceBuffer) throws {
        self.shape = shape
        self.rotary = rotary
        self.table = table
        workgroup = library.profile.workgroupSize
        pipeline = try library.pipeline(
            "rope_kv", bindings: 8, push: Push.self, workgroup: workgroup,
            constants: [
                shape.headSize / 4, shape.heads, shape.kvHeads, rotary.pairing == .neighbours ? 1 : 0,
                rotary.headNormEpsilon == nil ? 0 : 1, shape.cacheFormat == .q8 ? 1 : 0,
            ])
    }

    /// - Parameters:
    ///   - input: rows of queries, keys and values, one after another.
    ///   - headNorm: the norm's weights, `headSize` for queries and then as many for keys; `nil` without a norm.
    ///   - columns: their positions are below the shape's context, and the block table covers them.
    func record(
        _ recorder: CommandRecorder, from input: BufferSlice, columns: PassColumns, headNorm: DeviceBuffer? = nil,
        queries: BufferSlice, keys: DeviceBuffer, values: DeviceBuffer
    ) throws {
        precondition((headNorm == nil) == (rotary.headNormEpsilon == nil), "a norm needs weights, and weights a norm")
        let invocations =
            switch shape.cacheFormat {
            case .float16: (shape.querySize + 2 * shape.kvSize) / 8
            case .q8: shape.querySize / 8 + 2 * shape.kvSize / shape.cacheFormat.valuesPerBlock
            }
        try recorder.dispatch(
            pipeline,
            [
                .read(input), .read(table.slice(), moved: shape.angleBytes * columns.count), .write(queries),
                .write(keys.slice(), moved: shape.positionBytes * columns.count),
                .write(values.slice(), moved: shape.positionBytes * columns.count),
                .read(columns.states), .read(columns.blockTable, moved: columns.count * 4),
                .read((headNorm ?? table).slice()),
            ],
            push: Push(
                count: UInt32(columns.count), blocksPerSlot: UInt32(shape.blocksPerSlot),
                epsilon: rotary.headNormEpsilon ?? 0),
            groups: (groupCount(invocations, of: workgroup), columns.count, 1))
    }

    /// Cosines and sines of four pairs at a time for every position, computed in double precision.
    static func makeTable(shape: AttentionShape, rotary: RotaryShape) -> [Float] {
        let groups = shape.headSize / 8
        let frequencies = rotary.frequencies(headSize: shape.headSize)
        var table = [Float](repeating: 0, count: shape.context * shape.headSize)
        for position in 0..<shape.context {
            for pair in 0..<shape.headSize / 2 {
                let angle = Double(position) * frequencies[pair]
                let entry = (position * groups + pair / 4) * 8 + pair % 4
                table[entry] = Float(cos(angle))
                table[entry + 4] = Float(sin(angle))
            }
        }
        return table
    }

    /// The plain twin for one head of one token.
    ///
    /// - Parameter headNorm: the norm's weights for this head, where the shape asks for a norm.
    static func reference(head: [Float], position: Int, rotary: RotaryShape, headNorm: [Float] = []) -> [Float] {
        var result = head
        if let epsilon = rotary.headNormEpsilon {
            result = RMSNormKernel.reference(input: head, size: head.count, epsilon: epsilon, weight: headNorm)
        }
        for (pair, frequency) in rotary.frequencies(headSize: head.count).enumerated() {
            let angle = Double(position) * frequency
            let (first, second) = rotary.places(pair: pair, headSize: head.count)
            let (a, b) = (Double(result[first]), Double(result[second]))
            result[first] = Float(a * cos(angle) - b * sin(angle))
            result[second] = Float(b * cos(angle) + a * sin(angle))
        }
        return result
    }
}
