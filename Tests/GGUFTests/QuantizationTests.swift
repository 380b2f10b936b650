import TestSupport
import Testing

@testable import GGUF

@Suite("quantization")
struct QuantizationTests {
    /// Ceilings of the root mean square error against that of the values; 2 to 8 bits of noise with some room.
    @Test(
        "quantized values come back within the format's error",
        arguments: [
            (BlockFormat.f32, 0.0), (.f16, 0.0005), (.bf16, 0.004), (.q4_0, 0.12), (.q4_1, 0.12), (.q5_0, 0.06),
            (.q5_1, 0.06), (.q8_0, 0.01), (.q2_K, 0.4), (.q3_K, 0.2), (.q4_K, 0.12), (.q5_K, 0.06), (.q6_K, 0.04),
            (.iq4_NL, 0.12), (.iq4_XS, 0.12),
        ])
    func roundTrip(format: BlockFormat, ceiling: Double) {
        let seed = testSeed("quantization")
        var generator = SeededGenerator(seed: seed)
        let values = (0..<256 * 16).map { _ in Float.random(in: -1...1, using: &generator) * 0.3 + 0.05 }
        let restored = dequantized(format, format.quantize(values))
        let error = zip(values, restored).map { Double($0 - $1) }.map { $0 * $0 }.reduce(0, +)
        let power = values.map { Double($0) * Double($0) }.reduce(0, +)
        #expect((error / power).squareRoot() <= ceiling, "\(format.name), seed \(seed)")
    }

    @Test("zeros, equal values and one-sided values survive", arguments: BlockFormat.allCases)
    func degenerateBlocks(format: BlockFormat) {
        for value: Float in [0, 0.5, -0.5] {
            let restored = dequantized(format, format.quantize([Float](repeating: value, count: 256)))
            #expect(restored.allSatisfy { abs($0 - value) <= abs(value) * 0.02 }, "\(format.name) of \(value)")
        }
    }

    @Test("no values give no bytes", arguments: BlockFormat.allCases)
    func empty(format: BlockFormat) {
        #expect(format.quantize([]).isEmpty)
        #expect(dequantized(format, []).isEmpty)
    }

    private func dequantized(_ format: BlockFormat, _ bytes: [UInt8]) -> [Float] {
        var values = [Float](repeating: .nan, count: bytes.count / format.bytesPerBlock * format.valuesPerBlock)
        bytes.withUnsafeBytes { source in
            values.withUnsafeMutableBufferPointer { format.dequantize(source, into: $0) }
        }
        return values
    }
}
