import GGUF
import TestSupport
import Testing

@testable import Inference

@Suite("matrix kernels agree with their CPU twin")
struct MatrixKernelTests {
    /// Float32 sums in another order over dequantized weights that both sides share.
    static let ceiling = 1e-10

    @Test("over odd shapes in every format", arguments: BlockFormat.allCases)
    func products(format: BlockFormat) throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            var random = SeededGenerator(seed: UInt64(format.rawValue) + 1)
            let unit = max(format.valuesPerBlock, 32)
            for (rows, columns, tokens, pass) in [
                (1, unit, 1, Pass.step), (37, 3 * unit, 1, .step), (5, unit, 1, .prompt), (130, unit, 3, .prompt),
            ] {
                let (matrix, weights) = try bench.matrix(
                    random.floats(rows * columns), rows: rows, columns: columns, format: format)
                let input = random.floats(columns * tokens)
                let bias = random.floats(rows)
                let residual = random.floats(rows * tokens)
                for withExtras in [false, true] {
                    let kernel = try MatrixKernel(
                        bench.library, matrix: matrix,
                        bias: withExtras ? bench.upload(bias + [0, 0, 0]) : nil, addsResidual: withExtras)
                    let x = try bench.activations(input, rows: columns, tokens: tokens)
                    let added = try bench.activations(residual, rows: rows, tokens: tokens)
                    let y = try bench.output(bytes: ActivationBuffer.byteCount(rows: rows, tokens: tokens))
                    try bench.run { recorder in
                        try kernel.record(
                            recorder, pass, from: x.slice(), tokens: tokens, residual: withExtras ? added.slice() : nil,
                            into: y.slice())
                    }
                    let expected = MatrixKernel.reference(
                        weights: weights, rows: rows, columns: columns, input: input, tokens: tokens,
                        bias: withExtras ? bias : nil, residual: withExtras ? residual : nil)
                    let error = nmse(try bench.readActivations(y, rows: rows, tokens: tokens), expected)
                    #expect(error < Self.ceiling, "\(rows)×\(columns), \(tokens) tokens, extras \(withExtras)")
                }
            }
        }
    }

    @Test("whatever the tile sizes of the device's profile")
    func profiles() throws {
        try withValidatedDevice { device in
            var random = SeededGenerator(seed: 7)
            let (rows, columns) = (75, 96)
            let weights = random.floats(rows * columns)
            let input = random.floats(columns * 41)
            for (subgroups, lanesTakeRows, rowsAtOnce, tile) in [
                (4, true, 8, 32), (2, false, 2, 32), (1, false, 3, 16),
            ] {
                var profile = KernelProfile(device: device.description)
                profile.subgroups = subgroups
                profile.lanesTakeRows = lanesTakeRows
                profile.productRows = rowsAtOnce
                profile.batchRows = tile
                profile.batchColumns = 64 - tile
                let bench = try KernelBench(device, profile: profile)
                let (matrix, values) = try bench.matrix(weights, rows: rows, columns: columns, format: .q8_0)
                let kernel = try MatrixKernel(bench.library, matrix: matrix)
                for tokens in [1, 41] {
                    let batch = Array(input.prefix(columns * tokens))
                    let x = try bench.activations(batch, rows: columns, tokens: tokens)
                    let y = try bench.output(bytes: ActivationBuffer.byteCount(rows: rows, tokens: tokens))
                    try bench.run {
                        try kernel.record(
                            $0, tokens == 1 ? .step : .prompt, from: x.slice(), tokens: tokens, into: y.slice())
                    }
                    let expected = MatrixKernel.reference(
                        weights: values, rows: rows, columns: columns, input: batch, tokens: tokens)
                    #expect(nmse(try bench.readActivations(y, rows: rows, tokens: tokens), expected) < Self.ceiling)
                }
            }
        }
    }

    @Test("when a matrix is split by rows over several bindings", arguments: [BlockFormat.q8_0, .q6_K])
    func split(format: BlockFormat) throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            var random = SeededGenerator(seed: 5)
            let (rows, columns) = (201, 256)
            let (matrix, weights) = try bench.matrix(
                random.floats(rows * columns), rows: rows, columns: columns, format: format,
                maximumPartBytes: 64 * 300)
            #expect(matrix.parts.map(\.rowCount) == [64, 64, 64, 9])
            for tokens in [1, 9] {
                let input = random.floats(columns * tokens)
                let kernel = try MatrixKernel(bench.library, matrix: matrix)
                let x = try bench.activations(input, rows: columns, tokens: tokens)
                let y = try bench.output(bytes: ActivationBuffer.byteCount(rows: rows, tokens: tokens))
                try bench.run {
                    try kernel.record(
                        $0, tokens == 1 ? .step : .prompt, from: x.slice(), tokens: tokens, into: y.slice())
                }
                let expected = MatrixKernel.reference(
                    weights: weights, rows: rows, columns: columns, input: input, tokens: tokens)
                #expect(nmse(try bench.readActivations(y, rows: rows, tokens: tokens), expected) < Self.ceiling)
            }
        }
    }

    @Test("when embedding rows are gathered, also from a split matrix", arguments: BlockFormat.allCases)
    func embeds(format: BlockFormat) throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            var random = SeededGenerator(seed: 6)
            let (rows, columns) = (133, 512)
            let tokens = [0, 132, 64, 63, 127, 128, 5]
            for limit in [nil, 64 * columns * 5] {
                let (matrix, weights) = try bench.matrix(
                    random.floats(rows * columns), rows: rows, columns: columns, format: format,
                    maximumPartBytes: limit)
                let kernel = try EmbedKernel(bench.library, matrix: matrix)
                let ids = try bench.upload(tokens.map { UInt32($0) })
                let y = try bench.output(bytes: ActivationBuffer.byteCount(rows: columns, tokens: tokens.count))
                try bench.run {
                    try kernel.record($0, tokens: ids.slice(), count: tokens.count, into: y.slice())
                }
                let expected = EmbedKernel.reference(weights: weights, columns: columns, tokens: tokens)
                let error = nmse(try bench.readActivations(y, rows: columns, tokens: tokens.count), expected)
                #expect(error < 1e-12)
            }
        }
    }

    @Test("a width that no unit divides is refused by name")
    func refusesWidth() throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            #expect {
                _ = try bench.matrix([Float](repeating: 1, count: 80), rows: 2, columns: 40, format: .f32)
            } throws: { ($0 as? ModelError)?.detail.contains("40 columns") == true }
        }
    }
}
