/// Q6_K: 256 values in 16 groups of 16, each group with a signed 8-bit scale; `x = d · s · (q − 32)`, q 0...63.
///
/// Bytes: low 4 bits (0..<128), high 2 bits (128..<192), scales (192..<208), `d` (208). Each half of 128 values takes 64
/// low and 32 high bytes: value `32·k + i` of a half (k 0...3) has its low bits in byte `32·(k % 2) + i`, the low
/// nibble for k < 2, and its high bits in byte `i`, from bit `2·k`. Source: `block_q6_K` of ggml.
enum Q6KCodec: BlockCodec {
    static let valuesPerBlock = 256
    static let bytesPerBlock = 210
    static let scaleOffsets = [208]
    private static let highOffset = 128
    private static let scalesOffset = 192
    private static let dOffset = 208

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let d = block.half(at: dOffset)
        for half in 0..<2 {
            for quarter in 0..<4 {
                for index in 0..<32 {
                    let lowByte = block.byte(at: half * 64 + quarter % 2 * 32 + index)
                    let low = quarter < 2 ? lowByte & 0x0F : lowByte >> 4
                    let high = block.byte(at: highOffset + half * 32 + index) >> (2 * UInt8(quarter)) & 3
                    let position = half * 128 + quarter * 32 + index
                    let scale = Float(block.signedByte(at: scalesOffset + position / 16))
                    values[position] = d * scale * Float(Int(low | high << 4) - 32)
                }
            }
        }
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        var steps = [Float](repeating: 0, count: 16)
        for position in 0..<256 {
            steps[position / 16] = max(steps[position / 16], values[position].magnitude / 31)
        }
        let d = block.storeHalf((steps.max() ?? 0) / 127, at: dOffset)
        let scales = steps.map { d > 0 ? Int8(max(0, min(127, ($0 / d).rounded()))) : 0 }
        for group in 0..<16 {
            block.storeBytes(of: scales[group], toByteOffset: scalesOffset + group, as: Int8.self)
        }
        block.initializeMemory(as: UInt8.self, repeating: 0, count: scalesOffset)
        for position in 0..<256 {
            let step = d * Float(scales[position / 16])
            let level = step > 0 ? UInt8(max(-32, min(31, (values[position] / step).rounded())) + 32) : 32
            let (half, quarter, index) = (position / 128, position % 128 / 32, position % 32)
            let bytes = block.assumingMemoryBound(to: UInt8.self)
            bytes[half * 64 + quarter % 2 * 32 + index] |= (level & 0x0F) << (quarter < 2 ? 0 : 4)
            bytes[highOffset + half * 32 + index] |= (level >> 4) << (2 * UInt8(quarter))
        }
    }
}
