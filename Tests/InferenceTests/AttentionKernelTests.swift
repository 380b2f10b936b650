import TestSupport
import Testing

@testable import Inference
@testable import VulkanCompute

@Suite("rotation, paged cache and attention agree with their CPU twins")
struct AttentionKernelTests {
    /// Of what attention makes of the keys and values that are in the cache.
    static let ceiling = 1e-11
    /// Of what is in the cache. Devices may round float16 either way, values or their scales, which alone gives about
    /// 1e-7; and a value between two levels of Q8_0 may go to either.
    static let storageCeiling = 1e-6

    @Test(
        "for prompts and steps of several texts whose blocks lie anywhere",
        arguments: [
            AttentionShape(heads: 4, kvHeads: 2, headSize: 64, context: 96, cacheLength: 300),
            AttentionShape(heads: 3, kvHeads: 3, headSize: 8, context: 70, cacheLength: 300),
            AttentionShape(heads: 7, kvHeads: 1, headSize: 128, context: 65, cacheLength: 300),
            AttentionShape(heads: 4, kvHeads: 2, headSize: 64, context: 96, cacheLength: 300, cacheFormat: .q8),
            // Odd numbers of blocks in a head: scales of different positions share a word.
            AttentionShape(heads: 3, kvHeads: 3, headSize: 32, context: 70, cacheLength: 300, cacheFormat: .q8),
            AttentionShape(heads: 2, kvHeads: 1, headSize: 96, context: 70, cacheLength: 300, cacheFormat: .q8),
            AttentionShape(heads: 7, kvHeads: 1, headSize: 128, context: 65, cacheLength: 300, cacheFormat: .q8),
        ])
    func attention(shape: AttentionShape) throws {
        try withValidatedDevice { device in
            try AttentionCheck(shape, KernelBench(device)).run()
        }
    }

    @Test(
        "when neighbours turn together, angles are divided and heads are normalised first",
        arguments: [
            RotaryShape(pairing: .neighbours, base: 10_000),
            RotaryShape(pairing: .neighbours, base: 500, factors: (0..<16).map { 1 + Float($0) / 2 }),
            RotaryShape(pairing: .halves, base: 10_000, headNormEpsilon: 1e-6),
            RotaryShape(
                pairing: .neighbours, base: 10_000, factors: [Float](repeating: 8, count: 16), headNormEpsilon: 0.1),
        ], CacheFormat.allCases)
    func rotations(rotary: RotaryShape, format: CacheFormat) throws {
        try withValidatedDevice { device in
            let shape = AttentionShape(
                heads: 4, kvHeads: 2, headSize: 32, context: 96, cacheLength: 288, cacheFormat: format)
            try AttentionCheck(shape, KernelBench(device), rotary: rotary).run()
        }
    }

    @Test(
        "when the context is split and several subgroups work together", arguments: [1, 4, 16], CacheFormat.allCases)
    func splits(subgroups: Int, format: CacheFormat) throws {
        try withValidatedDevice { device in
            var profile = KernelProfile(device: device.description)
            profile.subgroups = subgroups
            profile.attentionSplitPositions = 32
            profile.attentionSplits = 3
            let shape = AttentionShape(
                heads: 6, kvHeads: 2, headSize: 32, context: 130, cacheLength: 480, cacheFormat: format)
            try AttentionCheck(shape, KernelBench(device, profile: profile)).run()
        }
    }

    @Test("gives a column the same sums, bit by bit, alone and among others", arguments: CacheFormat.allCases)
    func batchesDoNotMatter(format: CacheFormat) throws {
        try withValidatedDevice { device in
            var profile = KernelProfile(device: device.description)
            profile.attentionSplitPositions = 32
            profile.attentionSplits = 4
            let shape = AttentionShape(
                heads: 4, kvHeads: 2, headSize: 32, context: 160, cacheLength: 640, cacheFormat: format)
            let check = try AttentionCheck(shape, KernelBench(device, profile: profile))
            for (slot, length) in [100, 31, 150, 64].enumerated() { try check.prompt(slot, tokens: length) }
            let together = try check.step([0, 1, 2, 3])
            for (slot, expected) in together.enumerated() {
                check.stepBack(slot)
                #expect(try check.step([slot]) == [expected])
            }
        }
    }

    @Test(
        "keeps zeros, and what is not a number stays none for all to see", arguments: CacheFormat.allCases)
    func zerosAndNoNumbers(format: CacheFormat) throws {
        try withValidatedDevice { device in
            let shape = AttentionShape(heads: 2, kvHeads: 1, headSize: 32, context: 64, cacheFormat: format)
            let check = try AttentionCheck(shape, KernelBench(device))
            let zeros = [Float](repeating: 0, count: shape.querySize + 2 * shape.kvSize)
            try check.prompt(0, tokens: 1, input: zeros)
            try check.prompt(0, tokens: 4)
            _ = try check.step([0])
            for (number, bad) in [Float.nan, .infinity, -.infinity].enumerated() {
                var input = zeros
                input[shape.querySize + shape.kvSize + 7 + number] = bad
                let (_, attended) = try check.run(.step, inputs: input, at: [ColumnState(position: 0, slot: 0)])
                #expect(!attended[7 + number].isFinite && !attended[shape.headSize + 7 + number].isFinite)
            }
        }
    }

    @Test("shares a context out by its length alone")
    func sharesOut() throws {
        var profile = KernelProfile(device: try #require(VulkanInstance().devices().first))
        profile.attentionSplitPositions = 50
        profile.attentionSplits = 6
        let splits = AttentionSplits(profile: profile)
        #expect(splits.positions == 64, "whole blocks")
        #expect([1, 64, 65, 384, 385, 4096].map(splits.count) == [1, 1, 2, 6, 5, 6])
        #expect([1, 65, 150, 384, 4096].map(splits.bucket) == [1, 2, 4, 6, 6])
    }
}

/// A cache with several texts, on the device and, as plain numbers, beside it.
private final class AttentionCheck {
    private struct Text {
        var keys: [Float] = []
        var values: [Float] = []
        /// Inputs of the positions, to repeat a step.
        var inputs: [[Float]] = []
        var length: Int { inputs.count }
    }

    private let rotary: RotaryShape
    /// Weights of the heads' norm, of queries and then of keys; none without a norm.
    private let headNorm: [Float]
    private let headNormBuffer: DeviceBuffer?
    private let shape: AttentionShape
    private let bench: KernelBench
    private let rotate: RotaryCacheKernel
    private let attend: AttentionKernel
    private let splits: AttentionSplits
    private let keys: DeviceBuffer
    private let values: DeviceBuffer
    /// Blocks of each slot, in any order.
    private let blocks: [UInt32]
    private let table: DeviceBuffer
    private var random: SeededGenerator
    private var texts: [Text]
    /// Inputs of the texts' next positions, where they are not random.
    private var given: [Int: [Float]] = [:]

    init(
        _ shape: AttentionShape, _ bench: KernelBench,
        rotary: RotaryShape = RotaryShape(pairing: .halves, base: 10_000)
    ) throws {
        self.shape = shape
        self.rotary = rotary
        self.bench = bench
        var random = SeededGenerator(seed: UInt64(shape.headSize))
        headNorm = rotary.headNormEpsilon == nil ? [] : random.floats(2 * shape.headSize, in: 0.5...2)
        headNormBuffer = headNorm.isEmpty ? nil : try bench.upload(headNorm)
        rotate = try RotaryCacheKernel(
            bench.library, shape: shape, rotary: rotary,
            table: bench.upload(RotaryCacheKernel.makeTable(shape: shape, rotary: rotary)))
        attend = try AttentionKernel(bench.library, shape: shape)
        splits = AttentionSplits(profile: bench.library.profile)
        // What no text has written must not matter, not even if it is not a number.
        let garbage = [UInt8](repeating: 0xFF, count: shape.cacheBytes)
        keys = try bench.upload(garbage)
        values = try bench.upload(garbage)
        let slots = shape.blocks / shape.blocksPerSlot
        blocks = (0..<slots * shape.blocksPerSlot).shuffled(using: &random).map { UInt32($0) }
        table = try bench.upload(blocks)
        texts = [Text](repeating: Text(), count: slots)
        self.random = random
    }

    func run() throws {
        try prompt(1, tokens: 13)
        try prompt(0, tokens: 40)
        _ = try step([0, 1])
        _ = try step([1, 2, 0])
        try prompt(0, tokens: 9)
        while texts[0].length < shape.context - 1 {
            try prompt(0, tokens: min(70, shape.context - 1 - texts[0].length))
        }
        _ = try step([2, 0, 1])
    }

    /// Evaluates a part of a text's prompt.
    ///
    /// - Parameter input: of the first token; random if left out.
    func prompt(_ slot: Int, tokens: Int, input: [Float]? = nil) throws {
        given[slot] = input
        _ = try pass(.prompt, [Int](repeating: slot, count: tokens))
    }

    /// Evaluates one token of each of some texts.
    ///
    /// - Returns: what attention gave for each.
    func step(_ slots: [Int]) throws -> [[Float]] { try pass(.step, slots) }

    /// Takes a text's last position back; the next one gets the same input.
    func stepBack(_ slot: Int) {
        given[slot] = texts[slot].inputs.removeLast()
        texts[slot].keys.removeLast(shape.kvSize)
        texts[slot].values.removeLast(shape.kvSize)
    }

    private func pass(_ pass: Pass, _ slots: [Int]) throws -> [[Float]] {
        let states = slots.map { slot in
            let width = shape.querySize + 2 * shape.kvSize
            texts[slot].inputs.append(given.removeValue(forKey: slot) ?? random.floats(width, in: -2...2))
            return ColumnState(position: texts[slot].length - 1, slot: slot)
        }
        let inputs = states.map { texts[Int($0.slot)].inputs[Int($0.position)] }
        let found = try run(pass, inputs: Array(inputs.joined()), at: states)
        var (queries, rows, attended): ([Float], [Float], [Float]) = ([], [], [])
        var foundRows: [Float] = []
        for (state, input) in zip(states, inputs) {
            let slot = Int(state.slot)
            let heads = stride(from: 0, to: shape.querySize + shape.kvSize, by: shape.headSize).map { start in
                RotaryCacheKernel.reference(
                    head: Array(input[start..<start + shape.headSize]), position: Int(state.position), rotary: rotary,
                    headNorm: Array(
                        start < shape.querySize ? headNorm.prefix(shape.headSize) : headNorm.suffix(shape.headSize)))
            }
            let own = Array(heads.prefix(shape.heads).joined())
            queries += own
            rows += shape.cacheFormat.stored(heads.dropFirst(shape.heads).joined() + input.suffix(shape.kvSize))
            texts[slot].keys += try cached(keys, state)
            texts[slot].values += try cached(values, state)
            foundRows += texts[slot].keys.suffix(shape.kvSize) + texts[slot].values.suffix(shape.kvSize)
            attended += AttentionKernel.reference(
                queries: own, keys: texts[slot].keys, values: texts[slot].values, shape: shape)
        }
        let name = "\(pass) of \(slots) up to \(states.map(\.position).max() ?? 0)"
        #expect(nmse(found.rotated, queries) < 1e-11, "rotation, \(name)")
        #expect(nmse(foundRows, rows) < AttentionKernelTests.storageCeiling, "keys and values, \(name)")
        #expect(nmse(found.attended, attended) < AttentionKernelTests.ceiling, "attention, \(name)")
        return slots.indices.map { Array(found.attended[$0 * shape.querySize..<($0 + 1) * shape.querySize]) }
    }

    /// What the keys or values in the cache stand for at a column's position.
    private func cached(_ buffer: DeviceBuffer, _ column: ColumnState) throws -> [Float] {
        let (block, position) = Int(column.position).quotientAndRemainder(dividingBy: AttentionShape.blockPositions)
        let first = Int(blocks[Int(column.slot) * shape.blocksPerSlot + block]) * shape.kvHeads
        let size = shape.cacheFormat.byteCount(forValues: AttentionShape.blockPositions * shape.headSize)
        return try buffer.withBytes { bytes in
            (first..<first + shape.kvHeads).flatMap { tile in
                shape.cacheFormat.row(
                    position, of: UnsafeRawBufferPointer(rebasing: bytes[tile * size..<(tile + 1) * size]),
                    headSize: shape.headSize)
            }
        }
    }

    /// Runs both kernels, whatever texts are known here.
    ///
    /// - Parameter inputs: queries, keys and values of each column.
    func run(
        _ pass: Pass, inputs: [Float], at states: [ColumnState]
    ) throws -> (rotated: [Float], attended: [Float]) {
        let count = states.count
        let qkv = try bench.activations(inputs, rows: inputs.count / count, tokens: count)
        let queries = try bench.output(bytes: shape.querySize * count * 4)
        let result = try bench.output(bytes: shape.querySize * count * 4)
        let length = states.map { Int($0.position) + 1 }.max() ?? 1
        let stateBuffer = try bench.upload(states)
        let columns = PassColumns(
            count: count, tokens: stateBuffer.slice(), states: stateBuffer.slice(), blockTable: table.slice(),
            splits: splits.bucket(length: length))
        try bench.run { recorder in
            try rotate.record(
                recorder, from: qkv.slice(), columns: columns, headNorm: headNormBuffer, queries: queries.slice(),
                keys: keys, values: values)
            try attend.record(
                recorder, pass, queries: queries.slice(), columns: columns, keys: keys, values: values,
                into: result.slice())
        }
        return (
            try bench.readActivations(queries, rows: shape.querySize, tokens: count),
            try bench.readActivations(result, rows: shape.querySize, tokens: count)
        )
    }
}
