import VulkanCompute

/// Texts in a cache on the device and, as plain numbers, beside it.
///
/// Keys and values go into the cache by the rotation kernel only, so nothing here depends on where the cache has them.
final class CachedTexts {
    /// What one pass gave, beside what it should have given.
    struct Outcome {
        let queriesError: Double
        let attentionError: Double
    }

    private static let slots = 2

    let splits: AttentionSplits
    private let bench: KernelBench
    private let shape: AttentionShape
    private let rotary: RotaryShape
    /// Weights of the heads' norm, of queries and then of keys; none without a norm.
    private let headNorm: [Float]
    private let headNormBuffer: DeviceBuffer?
    private let rotate: RotaryCacheKernel
    private let attend: AttentionKernel
    private let cache: LayerCache
    private let blockTable: DeviceBuffer
    private var random = RepeatableRandom(seed: 6)
    private var texts = [(keys: [Float], values: [Float])](repeating: ([], []), count: slots)

    /// - Parameter length: positions of a text at most.
    init(_ bench: KernelBench, kernels: ModelKernels, length: Int) throws {
        let model = kernels.attention
        let perSlot = groupCount(length, of: AttentionShape.blockPositions)
        shape = AttentionShape(
            heads: model.heads, kvHeads: model.kvHeads, headSize: model.headSize, context: length,
            cacheLength: Self.slots * perSlot * AttentionShape.blockPositions, cacheFormat: model.cacheFormat)
        self.bench = bench
        rotary = kernels.rotary
        splits = AttentionSplits(profile: bench.library.profile)
        headNorm = rotary.headNormEpsilon == nil ? [] : random.floats(2 * model.headSize, in: 0.5...2)
        headNormBuffer = headNorm.isEmpty ? nil : try bench.upload(headNorm)
        rotate = try RotaryCacheKernel(
            bench.library, shape: shape, rotary: rotary,
            table: bench.upload(RotaryCacheKernel.makeTable(shape: shape, rotary: rotary)))
        attend = try AttentionKernel(bench.library, shape: shape)
        cache = try LayerCache(device: bench.device, shape: shape)
        // The texts' blocks take turns, from the last one on.
        blockTable = try bench.upload(
            (0..<Self.slots).flatMap { slot in
                (0..<perSlot).map { UInt32(Self.slots * (perSlot - $0) - 1 - slot) }
            })
    }

    /// Gives a text some positions, without attention.
    func fill(_ slot: Int, positions: Int) throws {
        var left = positions
        while left > 0 {
            let count = min(left, 256)
            let columns = append([Int](repeating: slot, count: count))
            let (states, qkv) = (try bench.upload(columns.states), try upload(columns))
            let queries = try bench.activationOutput(rows: shape.querySize, tokens: count)
            try bench.run { try record(rotate, $0, qkv, queries, self.columns(states, count: count)) }
            left -= count
        }
    }

    /// Evaluates the next position of each of some texts.
    ///
    /// - Parameter slots: of a prompt all the same.
    func evaluate(_ pass: Pass, _ slots: [Int]) throws -> Outcome {
        let count = slots.count
        let appended = append(slots)
        let queries = try bench.activationOutput(rows: shape.querySize, tokens: count)
        let result = try bench.activationOutput(rows: shape.querySize, tokens: count)
        let (states, qkv) = (try bench.upload(appended.states), try upload(appended))
        let length = appended.states.map { Int($0.position) + 1 }.max() ?? 1
        let columns = columns(states, count: count, splits: splits.bucket(length: length))
        try bench.run { recorder in
            try record(rotate, recorder, qkv, queries, columns)
            try attend.record(
                recorder, pass, queries: queries.slice(), columns: columns, keys: cache.keys, values: cache.values,
                into: result.slice())
        }
        var (expectedQueries, expected): ([Float], [Float]) = ([], [])
        for (column, state) in appended.states.enumerated() {
            let turned = rotated(appended.rows[column], heads: 0..<shape.heads, position: Int(state.position))
            let (text, seen) = (texts[Int(state.slot)], (Int(state.position) + 1) * shape.kvSize)
            expectedQueries += turned
            expected += AttentionKernel.reference(
                queries: turned, keys: Array(text.keys.prefix(seen)), values: Array(text.values.prefix(seen)),
                shape: shape)
        }
        return Outcome(
            queriesError: nmse(
                try bench.readActivations(queries, rows: shape.querySize, tokens: count), expectedQueries),
            attentionError: nmse(try bench.readActivations(result, rows: shape.querySize, tokens: count), expected))
    }

    /// Positions that were given, with their rows of queries, keys and values before the rotation.
    private struct Appended {
        var states: [ColumnState] = []
        var rows: [[Float]] = []
    }

    private func append(_ slots: [Int]) -> Appended {
        var appended = Appended()
        for slot in slots {
            let position = texts[slot].values.count / shape.kvSize
            let row = random.floats(shape.querySize + 2 * shape.kvSize, in: -2...2)
            let keys = rotated(row, heads: shape.heads..<shape.heads + shape.kvHeads, position: position)
            texts[slot].keys += shape.cacheFormat.stored(keys)
            texts[slot].values += shape.cacheFormat.stored(Array(row.suffix(shape.kvSize)))
            appended.states.append(ColumnState(position: position, slot: slot))
            appended.rows.append(row)
        }
        return appended
    }

    private func rotated(_ row: [Float], heads: Range<Int>, position: Int) -> [Float] {
        heads.flatMap { head in
            RotaryCacheKernel.reference(
                head: Array(row[head * shape.headSize..<(head + 1) * shape.headSize]), position: position,
                rotary: rotary,
                headNorm: Array(
                    head < shape.heads ? headNorm.prefix(shape.headSize) : headNorm.suffix(shape.headSize)))
        }
    }

    private func upload(_ appended: Appended) throws -> DeviceBuffer {
        try bench.activations(
            Array(appended.rows.joined()), rows: shape.querySize + 2 * shape.kvSize, tokens: appended.rows.count)
    }

    private func columns(_ states: DeviceBuffer, count: Int, splits: Int = 1) -> PassColumns {
        PassColumns(
            count: count, tokens: states.slice(), states: states.slice(), blockTable: blockTable.slice(),
            splits: splits)
    }

    private func record(
        _ rotate: RotaryCacheKernel, _ recorder: CommandRecorder, _ qkv: DeviceBuffer, _ queries: DeviceBuffer,
        _ columns: PassColumns
    ) throws {
        try rotate.record(
            recorder, from: qkv.slice(), columns: columns, headNorm: headNormBuffer, queries: queries.slice(),
            keys: cache.keys, values: cache.values)
    }
}
