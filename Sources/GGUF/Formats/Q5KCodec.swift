/// Q5_K: 256 values in 8 groups of 32, each group with a 6-bit scale and a 6-bit minimum; `x = d·s·q − dmin·m`, q 0...31.
///
/// Bytes: the head of ``SixBitScales`` (0..<16), fifth bits (16..<48), nibbles (48..<176). The fifth bit of value `i` of
/// group `g` is bit `g` of byte `i`; 32 bytes of nibbles hold two groups, the even group in the low nibbles.
/// Source: `block_q5_K` of ggml.
enum Q5KCodec: BlockCodec {
    static let valuesPerBlock = 256
    static let bytesPerBlock = 176
    static let scaleOffsets = [0, 2]
    private static let fifthBitsOffset = SixBitScales.byteCount
    private static let nibblesOffset = 48

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        for group in 0..<8 {
            let (step, shift) = SixBitScales.factors(of: group, block)
            let bytes = nibblesOffset + group / 2 * 32
            for index in 0..<32 {
                let nibble = block.byte(at: bytes + index) >> UInt8(group % 2 * 4) & 0x0F
                let fifth = block.byte(at: fifthBitsOffset + index) >> UInt8(group) & 1
                values[group * 32 + index] = step * Float(nibble | fifth << 4) - shift
            }
        }
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        for (position, level) in SixBitScales.quantize(values, highest: 31, into: block).enumerated() {
            let (group, index) = (position / 32, position % 32)
            block.setBits(level & 0x0F, at: nibblesOffset + group / 2 * 32 + index, shift: group % 2 * 4)
            block.setBits(level >> 4, at: fifthBitsOffset + index, shift: group)
        }
    }
}
