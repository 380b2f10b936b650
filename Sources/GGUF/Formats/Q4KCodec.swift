/// Q4_K: 256 values in 8 groups of 32, each group with a 6-bit scale and a 6-bit minimum; `x = d·s·q − dmin·m`, q 0...15.
///
/// Bytes: the head of ``SixBitScales`` (0..<16), nibbles (16..<144): 32 bytes hold two groups, the even group in the low
/// nibbles. Source: `block_q4_K` of ggml.
enum Q4KCodec: BlockCodec {
    static let valuesPerBlock = 256
    static let bytesPerBlock = 144
    static let scaleOffsets = [0, 2]
    private static let nibblesOffset = SixBitScales.byteCount

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        for group in 0..<8 {
            let (step, shift) = SixBitScales.factors(of: group, block)
            let bytes = nibblesOffset + group / 2 * 32
            for index in 0..<32 {
                let level = block.byte(at: bytes + index) >> UInt8(group % 2 * 4) & 0x0F
                values[group * 32 + index] = step * Float(level) - shift
            }
        }
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        for (position, level) in SixBitScales.quantize(values, highest: 15, into: block).enumerated() {
            let (group, index) = (position / 32, position % 32)
            block.setBits(level, at: nibblesOffset + group / 2 * 32 + index, shift: group % 2 * 4)
        }
    }
}
