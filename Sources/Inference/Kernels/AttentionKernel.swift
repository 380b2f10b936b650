import Foundation
import VulkanCompute

/// Causal attention over the paged cache with grouped key and value heads.
///
/// `y[h] = Σ softmax(q[h] · k[p] / sqrt(headSize)) · v[p]` over the positions p of the column's text up to its own. One
/// shader takes a part of one text's prompt; another takes single columns of any texts, where a workgroup serves all
/// query heads of a key head and the last workgroup that arrives merges the splits of the context.
struct AttentionKernel {
    private struct Push: BitwiseCopyable {
        var count: UInt32
        var blocksPerSlot: UInt32
        var scale: Float
    }

    private let splits: AttentionSplits
    private let prompt: ComputePipeline
    private let step: ComputePipeline
    private let shape: AttentionShape
    private let workgroup: Int
    private let pack: Int
    private let partials: DeviceBuffer
    private let arrivals: DeviceBuffer

    init(_ library: KernelLibrary, shape: AttentionShape) throws {
        self.shape = shape
        let profile = library.profile
        workgroup = profile.workgroupSize
        splits = AttentionSplits(profile: profile)
        pack = Self.pack(shape)
        let headGroups = shape.headSize / 4
        prompt = try library.pipeline(
            "attention_prefill", bindings: 6, push: Push.self, workgroup: workgroup,
            constants: [profile.lanes, headGroups, shape.headsPerKV, shape.kvHeads, shape.cacheFormat == .q8 ? 1 : 0])
        step = try library.pipeline(
            "attention_decode", bindings: 8, push: Push.self, workgroup: workgroup,
            constants: [
                profile.lanes, profile.subgroups, headGroups, shape.headsPerKV, shape.kvHeads, pack,
                Self.keyParts(shape, profile), splits.positions, splits.maximum, shape.cacheFormat == .q8 ? 1 : 0,
            ])
        partials = try DeviceBuffer(
            device: library.device,
            sizeBytes: Self.partialBytes(heads: shape.heads, headSize: shape.headSize, splits: splits.maximum),
            placement: .device)
        arrivals = try Self.zeros(PassColumns.maximumOfStep * shape.heads / pack, device: library.device)
    }

    /// Query heads of one workgroup; more would not find room in registers.
    private static func pack(_ shape: AttentionShape) -> Int {
        (1...min(8, shape.headsPerKV)).last { shape.headsPerKV % $0 == 0 } ?? 1
    }

    /// Lanes that share one key: as many as are left over when each position of a block has one.
    private static func keyParts(_ shape: AttentionShape, _ profile: KernelProfile) -> Int {
        let loads = shape.headSize / shape.cacheFormat.valuesPerLoad
        let most = min(profile.workgroupSize / AttentionShape.blockPositions, profile.lanes, loads)
        var parts = 1
        while parts * 2 <= most { parts *= 2 }
        return parts
    }

    private static func zeros(_ count: Int, device: ComputeDevice) throws -> DeviceBuffer {
        let upload = try DeviceBuffer(device: device, sizeBytes: count * 4, placement: .upload)
        try upload.withBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        let buffer = try DeviceBuffer(device: device, sizeBytes: count * 4, placement: .device)
        let recorder = try CommandRecorder(device: device)
        try recorder.copy(from: upload.slice(), to: buffer.slice(), size: upload.sizeBytes)
        try device.run(try recorder.finish())
        return buffer
    }

    /// Bytes that the results of a step's splits take: of each column, head and split a vector, and a group of four with
    /// its greatest score and total weight.
    static func partialBytes(heads: Int, headSize: Int, splits: Int) -> Int {
        PassColumns.maximumOfStep * heads * splits * (headSize + 4) * 4
    }

    /// - Parameters:
    ///   - pass: a prompt's columns belong to one text and have rising positions; a step takes at most
    ///     ``PassColumns/maximumOfStep`` of any texts.
    ///   - queries: rotated; their keys and values are in the cache already.
    func record(
        _ recorder: CommandRecorder, _ pass: Pass, queries: BufferSlice, columns: PassColumns, keys: DeviceBuffer,
        values: DeviceBuffer, into result: BufferSlice
    ) throws {
        let push = Push(
            count: UInt32(columns.count), blocksPerSlot: UInt32(shape.blocksPerSlot),
            scale: 1 / Float(shape.headSize).squareRoot())
        let bindings: [Binding] = [
            .read(queries), .read(keys.slice(), moved: columns.seenPositions * shape.positionBytes),
            .read(values.slice(), moved: columns.seenPositions * shape.positionBytes), .write(result),
            .read(columns.states),
            .read(
                columns.blockTable, moved: groupCount(columns.seenPositions, of: AttentionShape.blockPositions) * 4),
        ]
        switch pass {
        case .prompt:
            try recorder.dispatch(
                prompt, bindings, push: push, groups: (groupCount(columns.count, of: workgroup), shape.heads, 1))
        case .step:
            precondition(columns.count <= PassColumns.maximumOfStep, "a step's columns have counters")
            // Each split writes its part and the last reads them all; a column that is not split has none.
            let parts = columns.splits > 1 ? 2 * columns.count * columns.splits : 0
            let work: [Binding] = [
                .write(partials.slice(), moved: parts * shape.heads * (shape.headSize + 4) * 4),
                .write(arrivals.slice(), moved: columns.count * shape.heads / pack * 4),
            ]
            try recorder.dispatch(
                step, bindings + work, push: push,
                groups: (shape.heads / pack, columns.splits, columns.count))
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
