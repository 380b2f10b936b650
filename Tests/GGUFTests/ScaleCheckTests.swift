import TestSupport
import Testing

@testable import GGUF

@Suite("scales that are no finite numbers")
struct ScaleCheckTests {
    /// Where each format's blocks have a scale, a minimum or a value, and of how many bytes.
    static let places: [BlockFormat: [Int]] = [
        .f32: [0], .f16: [0], .bf16: [0], .q4_0: [0], .q4_1: [0, 2], .q5_0: [0], .q5_1: [0, 2], .q8_0: [0],
        .q2_K: [80, 82], .q3_K: [108], .q4_K: [0, 2], .q5_K: [0, 2], .q6_K: [208], .iq4_NL: [0], .iq4_XS: [0],
    ]

    private func bytes(of number: Float, in format: BlockFormat) -> [UInt8] {
        switch format {
        case .f32: withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
        case .bf16: withUnsafeBytes(of: UInt16(number.bitPattern >> 16).littleEndian) { Array($0) }
        default: withUnsafeBytes(of: Float16(number).bitPattern.littleEndian) { Array($0) }
        }
    }

    @Test("are found in every field of every format, in the first block that has one", arguments: BlockFormat.allCases)
    func found(format: BlockFormat) throws {
        let count = 2503
        let good = format.quantize([Float](repeating: 0.5, count: count * format.valuesPerBlock))
        #expect(good.withUnsafeBytes { format.firstBadBlock(in: $0) } == nil)
        for offset in try #require(Self.places[format]) {
            for number in [Float.nan, .infinity, -.infinity] {
                for block in [0, 1023, 1024, count - 1] {
                    var bad = good
                    for later in [block, count - 1] {
                        let place = later * format.bytesPerBlock + offset
                        let replacement = bytes(of: number, in: format)
                        bad.replaceSubrange(place..<place + replacement.count, with: replacement)
                    }
                    let found = bad.withUnsafeBytes { format.firstBadBlock(in: $0) }
                    #expect(found == block, "\(format.name), \(number) at \(offset) of block \(block)")
                }
            }
        }
    }

    @Test("are not seen where a block has levels, whatever their bits", arguments: BlockFormat.allCases)
    func levelsAreNotScales(format: BlockFormat) throws {
        var bytes = [UInt8](repeating: 0xFF, count: format.bytesPerBlock * 3)
        let width = format == .f32 ? 4 : 2
        for block in 0..<3 {
            for offset in try #require(Self.places[format]) {
                for index in 0..<width { bytes[block * format.bytesPerBlock + offset + index] = 0 }
            }
        }
        #expect(bytes.withUnsafeBytes { format.firstBadBlock(in: $0) } == nil)
    }

    @Test("are exactly what makes a dequantized value no finite number", arguments: BlockFormat.allCases)
    func agreesWithDequantization(format: BlockFormat) {
        let seed = testSeed("scale check")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let bytes = (0..<format.bytesPerBlock).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
            var values = [Float](repeating: 0, count: format.valuesPerBlock)
            let isBad = bytes.withUnsafeBytes { source in
                values.withUnsafeMutableBufferPointer { format.dequantize(source, into: $0) }
                return format.firstBadBlock(in: source) != nil
            }
            // Zero times infinity is NaN, so a bad scale always shows.
            #expect(isBad == !values.allSatisfy(\.isFinite), "\(format.name), seed \(seed)")
        }
    }
}
