import GGUF
import TestSupport
import Testing
import VulkanCompute

@testable import Inference

@Suite("queries, keys and values in one dispatch agree with their CPU twin")
struct ProjectionKernelTests {
    private struct Case {
        var rows: ProjectionKernel.Rows
        var pairing = RotaryShape.Pairing.halves
        var lanesTakeRows = true
        var hasBias = true
        var headSize = 16
    }

    private static let shape = (heads: 3, kvHeads: 2)
    private static let columns = 96
    private static let blocks = 6
    private static let blocksPerSlot = 3
    private static let epsilon: Float = 1e-6
    /// Positions and slots of the columns: a batch of texts, one of them at the start of its second block.
    private static let places: [(position: Int, slot: Int)] = [(5, 0), (32, 1), (70, 0)]
    private static let table: [UInt32] = [4, 1, 2, 3, 0, 5]

    @Test("pairs in halves of a head, and neighbours; all rows, some, with and without bias")
    func projections() throws {
        let all = ProjectionKernel.Rows(queries: 48, keys: 32, values: 32)
        try check(Case(rows: all))
        try check(Case(rows: all, pairing: .neighbours, hasBias: false))
        try check(Case(rows: .init(values: 48), headSize: 24))
        try check(Case(rows: .init(queries: 48, keys: 32)))
    }

    @Test("with the kernel for GPUs")
    func projectionsByUnits() throws {
        let all = ProjectionKernel.Rows(queries: 48, keys: 32, values: 32)
        try check(Case(rows: all, lanesTakeRows: false))
    }

    private func check(_ test: Case) throws {
        try withValidatedDevice { device in
            var profile = FusedProductTests.profile(device.description, lanesTakeRows: test.lanesTakeRows)
            profile.productRows = 4
            let bench = try KernelBench(device, profile: profile)
            var random = SeededGenerator(seed: 31)
            let rows = test.rows.queries + test.rows.keys + test.rows.values
            let (matrix, weights) = try bench.matrix(
                random.floats(rows * Self.columns), rows: rows, columns: Self.columns, format: .q8_0)
            let count = Self.places.count
            let input = random.floats(Self.columns * count, in: -3...3)
            let (gain, bias) = (random.floats(Self.columns), random.floats(rows))
            let rotary = RotaryShape(pairing: test.pairing, base: 1000)
            let shape = AttentionShape(
                heads: Self.shape.heads, kvHeads: Self.shape.kvHeads, headSize: test.headSize, context: 96,
                cacheLength: Self.blocks * AttentionShape.blockPositions)
            let rotate = try RotaryCacheKernel(
                bench.library, shape: shape, rotary: rotary,
                table: bench.upload(RotaryCacheKernel.makeTable(shape: shape, rotary: rotary)))
            let kernel = try #require(
                ProjectionKernel(
                    bench.library, matrix: matrix, rows: test.rows, bias: test.hasBias ? bench.upload(bias) : nil,
                    norm: FoldedNorm(weight: bench.upload(gain), epsilon: Self.epsilon), rotate: rotate))
            let x = try bench.activations(input, rows: Self.columns, tokens: count)
            let states = try bench.upload(
                Self.places.map { ColumnState(position: $0.position, slot: $0.slot) })
            let blockTable = try bench.upload(Self.table)
            let queries = try bench.output(bytes: max(test.rows.queries, 4) * count * 4)
            let cacheValues = Self.blocks * Self.shape.kvHeads * 32 * test.headSize
            func emptyCache() throws -> DeviceBuffer {
                let cache = try bench.output(bytes: cacheValues * 2)
                try cache.withBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
                return cache
            }
            let (keys, values) = (try emptyCache(), try emptyCache())
            try bench.run {
                try kernel.record(
                    $0, from: x.slice(),
                    columns: PassColumns(
                        count: count, tokens: states.slice(), states: states.slice(),
                        blockTable: blockTable.slice()),
                    queries: queries.slice(), keys: keys, values: values)
            }
            let sums = MatrixKernel.reference(
                weights: weights, rows: rows, columns: Self.columns,
                input: RMSNormKernel.reference(
                    input: input, size: Self.columns, epsilon: Self.epsilon, weight: gain),
                tokens: count, bias: test.hasBias ? bias : nil)
            let heads = rotated(sums, rows: rows, test: test, rotary: rotary)
            if test.rows.queries > 0 {
                let found = try bench.readActivations(queries, rows: test.rows.queries, tokens: count)
                let expected = heads.flatMap { $0.prefix(test.rows.queries / test.headSize).joined() }
                #expect(nmse(found, expected) < FusedProductTests.ceiling)
            }
            let firstKey = test.rows.queries / test.headSize
            let firstValue = firstKey + test.rows.keys / test.headSize
            for (cache, first, present) in [
                (keys, firstKey, test.rows.keys > 0), (values, firstValue, test.rows.values > 0),
            ] where present {
                let found = try bench.read(cache, Float16.self, count: cacheValues)
                let expected = cached(heads, first: first, headSize: test.headSize)
                // Float16 rounds by a half of 2^-11 at most.
                #expect(nmse(found.map(Float.init), expected) < 1e-7)
            }
        }
    }

    /// Each column's heads after bias and rotation.
    private func rotated(_ sums: [Float], rows: Int, test: Case, rotary: RotaryShape) -> [[[Float]]] {
        let turning = test.rows.queries + test.rows.keys
        return Self.places.enumerated().map { column, place in
            stride(from: 0, to: rows, by: test.headSize).map { start in
                let head = Array(sums[column * rows + start..<column * rows + start + test.headSize])
                guard start < turning else { return head }
                return RotaryCacheKernel.reference(head: head, position: place.position, rotary: rotary)
            }
        }
    }

    /// The cache as it should be; what no column wrote is zero.
    private func cached(_ heads: [[[Float]]], first: Int, headSize: Int) -> [Float] {
        var cache = [Float](repeating: 0, count: Self.blocks * Self.shape.kvHeads * 32 * headSize)
        for (column, place) in Self.places.enumerated() {
            let block = Int(Self.table[place.slot * Self.blocksPerSlot + place.position / 32])
            for head in 0..<Self.shape.kvHeads {
                let start = ((block * Self.shape.kvHeads + head) * 32 + place.position % 32) * headSize
                cache.replaceSubrange(start..<start + headSize, with: heads[column][first + head])
            }
        }
        return cache
    }
}
