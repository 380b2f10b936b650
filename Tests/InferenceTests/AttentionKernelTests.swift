import TestSupport
import Testing

@testable import Inference

@Suite("rotation, cache and attention agree with their CPU twins")
struct AttentionKernelTests {
    /// The cache holds float16, whose rounding alone gives about 1e-7.
    static let ceiling = 1e-6

    @Test(
        "for batches and single tokens at any position",
        arguments: [
            AttentionShape(heads: 4, kvHeads: 2, headSize: 64, context: 96),
            AttentionShape(heads: 3, kvHeads: 3, headSize: 8, context: 70),
            AttentionShape(heads: 7, kvHeads: 1, headSize: 128, context: 65),
        ])
    func attention(shape: AttentionShape) throws {
        try withValidatedDevice { device in
            try check(shape, KernelBench(device))
        }
    }

    @Test("when several subgroups of a workgroup share the positions")
    func severalSubgroups() throws {
        try withValidatedDevice { device in
            var profile = KernelProfile(device: device.description)
            profile.subgroups = 4
            let shape = AttentionShape(heads: 4, kvHeads: 2, headSize: 32, context: 96)
            try check(shape, KernelBench(device, profile: profile))
        }
    }

    private func check(_ shape: AttentionShape, _ bench: KernelBench) throws {
        var random = SeededGenerator(seed: UInt64(shape.headSize))
        let base: Float = 10_000
        let table = try bench.upload(RotaryCacheKernel.makeTable(shape: shape, base: base))
        let rotate = try RotaryCacheKernel(bench.library, shape: shape, table: table)
        let attend = try AttentionKernel(bench.library, shape: shape)
        let keys = try bench.upload([UInt8](repeating: 0, count: shape.cacheBytes))
        let values = try bench.upload([UInt8](repeating: 0, count: shape.cacheBytes))
        var (cachedKeys, cachedValues): ([Float], [Float]) = ([], [])
        var position = 0
        for tokens in [13, 1, 1, 40, 1, 9] {
            let width = shape.querySize + 2 * shape.kvSize
            let input = random.floats(width * tokens, in: -2...2)
            let qkv = try bench.activations(input, rows: width, tokens: tokens)
            let state = try bench.upload([StepState(position: position)])
            let queries = try bench.output(bytes: shape.querySize * tokens * 4)
            let result = try bench.output(bytes: shape.querySize * tokens * 4)
            try bench.run { recorder in
                try rotate.record(
                    recorder, from: qkv.slice(), tokens: tokens, state: state.slice(), queries: queries.slice(),
                    keys: keys, values: values)
                try attend.record(
                    recorder, tokens == 1 ? .step : .prompt, queries: queries.slice(), tokens: tokens,
                    state: state.slice(), keys: keys,
                    values: values, into: result.slice())
            }
            var expectedQueries: [Float] = []
            var expected: [Float] = []
            for token in 0..<tokens {
                let row = Array(input[token * width..<(token + 1) * width])
                let heads = stride(from: 0, to: shape.querySize + shape.kvSize, by: shape.headSize).map { start in
                    RotaryCacheKernel.reference(
                        head: Array(row[start..<start + shape.headSize]), position: position + token, base: base)
                }
                expectedQueries += heads.prefix(shape.heads).joined()
                cachedKeys += heads.dropFirst(shape.heads).joined()
                cachedValues += row.suffix(shape.kvSize)
                expected += AttentionKernel.reference(
                    queries: Array(heads.prefix(shape.heads).joined()), keys: cachedKeys, values: cachedValues,
                    shape: shape)
            }
            position += tokens
            let rotated = try bench.readActivations(queries, rows: shape.querySize, tokens: tokens)
            #expect(nmse(rotated, expectedQueries) < 1e-11, "rotation of \(tokens) tokens up to \(position)")
            let attended = try bench.readActivations(result, rows: shape.querySize, tokens: tokens)
            #expect(nmse(attended, expected) < Self.ceiling, "\(tokens) tokens up to \(position)")
        }
    }
}
