/// IQ4_XS: 256 values of 4 bits in 8 groups of 32, each with a 6-bit scale; `x = d · (s − 32) · v(q)`, `v` of
/// ``NonlinearLevels``.
///
/// Bytes: `d` (0), the upper two bits of the scales (2..<4, a little-endian 16-bit number, group 0 lowest), their lower
/// four (4..<8, the even group in the low half), nibbles (8..<136, 16 bytes a group, as ``Levels32`` has them).
/// Source: `block_iq4_xs` of ggml.
enum IQ4XSCodec: BlockCodec {
    static let valuesPerBlock = 256
    static let bytesPerBlock = 136
    static let scaleOffsets = [0]
    private static let upperOffset = 2
    private static let lowerOffset = 4

    private static func levels(of group: Int) -> Levels32 { Levels32(nibblesOffset: 8 + group * 16) }

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let d = block.half(at: 0)
        for group in 0..<8 {
            let upper = Int(block.word(at: upperOffset)) >> (2 * group) & 3
            let lower = Int(block.byte(at: lowerOffset + group / 2)) >> (4 * (group % 2)) & 15
            let step = d * Float((lower | upper << 4) - 32)
            let levels = levels(of: group)
            for index in 0..<32 {
                values[group * 32 + index] = step * NonlinearLevels.values[Int(levels.level(index, of: block))]
            }
        }
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        let steps = (0..<8).map { Fit.farthest(values + $0 * 32, count: 32) / NonlinearLevels.values[0] }
        let (d, scales) = Fit.signedSixBitScales(steps, storing: 0, into: block)
        for group in 0..<8 {
            let stored = UInt8(scales[group] + 32)
            block.setBits(stored & 15, at: lowerOffset + group / 2, shift: group % 2 * 4)
            block.setBits(stored >> 4, at: upperOffset + group / 4, shift: group % 4 * 2)
            let levels = levels(of: group)
            for index in 0..<32 {
                let level = NonlinearLevels.level(values[group * 32 + index], step: d * Float(scales[group]))
                levels.store(level, index, into: block)
            }
        }
    }
}
