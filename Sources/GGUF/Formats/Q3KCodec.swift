/// Q3_K: 256 values in 16 groups of 16, each group with a 6-bit scale; `x = d · (s − 32) · (q − 4)`, q 0...7.
///
/// Bytes: third bits (0..<32), low two bits (32..<96, as ``TwoBitLevels`` has them), scales (96..<108), `d` (108). The
/// third bit of value `32·k + i` is bit `k` of byte `i`. Scale `g` has its low four bits in byte `g % 8` of the scales,
/// the low half for g < 8, and its upper two in byte `8 + g % 4`, from bit `2·(g / 4)`. Source: `block_q3_K` of ggml.
enum Q3KCodec: BlockCodec {
    static let valuesPerBlock = 256
    static let bytesPerBlock = 110
    static let scaleOffsets = [108]
    private static let levelsOffset = 32
    private static let scalesOffset = 96
    private static let dOffset = 108

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let d = block.half(at: dOffset)
        for group in 0..<16 {
            let lower = block.byte(at: scalesOffset + group % 8) >> UInt8(group / 8 * 4) & 15
            let upper = block.byte(at: scalesOffset + 8 + group % 4) >> UInt8(group / 4 * 2) & 3
            let step = d * Float(Int(lower | upper << 4) - 32)
            for position in group * 16..<group * 16 + 16 {
                let third = block.byte(at: position % 32) >> UInt8(position / 32) & 1
                let level = TwoBitLevels.level(position, of: block + levelsOffset) | third << 2
                values[position] = step * Float(Int(level) - 4)
            }
        }
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        let steps = (0..<16).map { Fit.farthest(values + $0 * 16, count: 16) / -4 }
        let (d, scales) = Fit.signedSixBitScales(steps, storing: dOffset, into: block)
        for group in 0..<16 {
            let stored = UInt8(scales[group] + 32)
            block.setBits(stored & 15, at: scalesOffset + group % 8, shift: group / 8 * 4)
            block.setBits(stored >> 4, at: scalesOffset + 8 + group % 4, shift: group / 4 * 2)
            for position in group * 16..<group * 16 + 16 {
                let level = UInt8(
                    Fit.signedLevel(values[position], step: d * Float(scales[group]), in: -4...3) + 4)
                TwoBitLevels.store(level & 3, position, into: block + levelsOffset)
                block.setBits(level >> 2, at: position % 32, shift: position / 32)
            }
        }
    }
}
