import GGUF
import TestSupport
import Testing
import VulkanCompute

@testable import Inference

@Suite("fused products agree with their CPU twins, column by column")
struct FusedProductTests {
    /// Float32 sums in another order over dequantized weights that both sides share.
    static let ceiling = 1e-10

    /// A profile with the kernels of a CPU driver, or with those of a GPU in small.
    static func profile(_ device: DeviceDescription, lanesTakeRows: Bool) -> KernelProfile {
        var profile = KernelProfile(device: device)
        guard profile.lanesTakeRows != lanesTakeRows else { return profile }
        profile.lanesTakeRows = lanesTakeRows
        profile.subgroups = lanesTakeRows ? 1 : 2
        // Small, because the software driver's compile time grows with every load.
        profile.productRows = 2
        profile.productColumns = 2
        return profile
    }

    @Test("a column comes out bit for bit the same alone and in company", arguments: [true, false])
    func sameInCompany(lanesTakeRows: Bool) throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(
                device, profile: Self.profile(device.description, lanesTakeRows: lanesTakeRows))
            var random = SeededGenerator(seed: 21)
            let (rows, columns) = (45, 768)
            let (matrix, _) = try bench.matrix(
                random.floats(rows * columns), rows: rows, columns: columns, format: lanesTakeRows ? .q4_K : .q8_0)
            let norm = FoldedNorm(weight: try bench.upload(random.floats(columns)), epsilon: 1e-6)
            let kernel = try MatrixKernel(bench.library, matrix: matrix, norm: norm)
            let input = random.floats(columns * 11, in: -3...3)
            func run(_ tokens: Range<Int>) throws -> [Float] {
                let x = try bench.activations(
                    Array(input[tokens.lowerBound * columns..<tokens.upperBound * columns]), rows: columns,
                    tokens: tokens.count)
                let y = try bench.output(bytes: ActivationBuffer.byteCount(rows: rows, tokens: tokens.count))
                try bench.run { try kernel.record($0, .step, from: x.slice(), tokens: tokens.count, into: y.slice()) }
                return try bench.readActivations(y, rows: rows, tokens: tokens.count)
            }
            let alone = try (0..<11).flatMap { try run($0..<$0 + 1) }
            for tokens in [0..<2, 0..<3, 4..<8, 0..<11] {
                #expect(try run(tokens) == Array(alone[tokens.lowerBound * rows..<tokens.upperBound * rows]))
            }
        }
    }

    @Test("norm folded into a product with bias and residual", arguments: [true, false])
    func foldedNorm(lanesTakeRows: Bool) throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(
                device, profile: Self.profile(device.description, lanesTakeRows: lanesTakeRows))
            var random = SeededGenerator(seed: 22)
            for (rows, columns, tokens) in [(5, 32, 1), (70, 96, 3)] {
                let (matrix, weights) = try bench.matrix(
                    random.floats(rows * columns), rows: rows, columns: columns, format: .q8_0)
                let (input, gain) = (random.floats(columns * tokens, in: -3...3), random.floats(columns))
                let (bias, residual) = (random.floats(rows), random.floats(rows * tokens))
                let kernel = try MatrixKernel(
                    bench.library, matrix: matrix, bias: bench.upload(bias + [0, 0, 0]), addsResidual: true,
                    norm: FoldedNorm(weight: bench.upload(gain), epsilon: 1e-5))
                let x = try bench.activations(input, rows: columns, tokens: tokens)
                let added = try bench.activations(residual, rows: rows, tokens: tokens)
                let y = try bench.output(bytes: ActivationBuffer.byteCount(rows: rows, tokens: tokens))
                try bench.run {
                    try kernel.record(
                        $0, .step, from: x.slice(), tokens: tokens, residual: added.slice(), into: y.slice())
                }
                let expected = MatrixKernel.reference(
                    weights: weights, rows: rows, columns: columns,
                    input: RMSNormKernel.reference(input: input, size: columns, epsilon: 1e-5, weight: gain),
                    tokens: tokens, bias: bias, residual: residual)
                #expect(nmse(try bench.readActivations(y, rows: rows, tokens: tokens), expected) < Self.ceiling)
            }
        }
    }

    @Test("norm, gate, up and SwiGLU", arguments: [true, false])
    func gated(lanesTakeRows: Bool) throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(
                device, profile: Self.profile(device.description, lanesTakeRows: lanesTakeRows))
            var random = SeededGenerator(seed: 23)
            for (rows, columns, tokens, format) in [
                (2, 32, 1, BlockFormat.q8_0), (90, 96, 5, .q8_0), (66, 512, 1, lanesTakeRows ? .q6_K : .q8_0),
            ] {
                let (matrix, weights) = try bench.matrix(
                    random.floats(rows * columns), rows: rows, columns: columns, format: format)
                let (input, gain) = (random.floats(columns * tokens, in: -3...3), random.floats(columns))
                let kernel = try #require(
                    GatedKernel(
                        bench.library, matrix: matrix, norm: FoldedNorm(weight: bench.upload(gain), epsilon: 1e-6)))
                let x = try bench.activations(input, rows: columns, tokens: tokens)
                let y = try bench.output(bytes: ActivationBuffer.byteCount(rows: rows / 2, tokens: tokens))
                try bench.run { try kernel.record($0, from: x.slice(), count: tokens, into: y.slice()) }
                let expected = GatedKernel.reference(
                    weights: weights, rows: rows, columns: columns, input: input, tokens: tokens, normWeight: gain,
                    epsilon: 1e-6)
                #expect(nmse(try bench.readActivations(y, rows: rows / 2, tokens: tokens), expected) < Self.ceiling)
            }
        }
    }

    @Test("a matrix that the binding limit splits is not for pairs")
    func refusesSplit() throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            let (matrix, _) = try bench.matrix(
                [Float](repeating: 1, count: 128 * 32), rows: 128, columns: 32, format: .f32,
                maximumPartBytes: 64 * 128)
            let norm = FoldedNorm(weight: try bench.upload([Float](repeating: 1, count: 32)), epsilon: 1e-6)
            #expect(GatedKernel(bench.library, matrix: matrix, norm: norm) == nil)
        }
    }
}
