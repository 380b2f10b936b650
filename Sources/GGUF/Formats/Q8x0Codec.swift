/// Q8_0: 32 signed bytes under one float16 scale; `x = d · q`.
///
/// Bytes: `d` (0), `q` (2..<34). Source: `block_q8_0` of ggml.
enum Q8x0Codec: BlockCodec {
    static let valuesPerBlock = 32
    static let bytesPerBlock = 34
    static let scaleOffsets = [0]

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let scale = block.half(at: 0)
        for index in 0..<32 {
            values[index] = Float(block.signedByte(at: 2 + index)) * scale
        }
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        var largest: Float = 0
        for index in 0..<32 { largest = max(largest, values[index].magnitude) }
        let scale = largest / 127
        let inverse = scale > 0 ? 1 / scale : 0
        block.storeHalf(scale, at: 0)
        for index in 0..<32 {
            let level = (values[index] * inverse).rounded(.toNearestOrAwayFromZero)
            block.storeBytes(of: Int8(max(-127, min(127, level))), toByteOffset: 2 + index, as: Int8.self)
        }
    }
}
