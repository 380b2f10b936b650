/// Q5_1: 32 values of 5 bits under one float16 scale and one float16 minimum; `x = d · q + m`, q 0...31.
///
/// Bytes: `d` (0), `m` (2), fifth bits (4..<8), nibbles (8..<24), as ``Levels32`` has them. Source: `block_q5_1` of ggml.
enum Q5x1Codec: BlockCodec {
    static let valuesPerBlock = 32
    static let bytesPerBlock = 24
    static let scaleOffsets = [0, 2]
    private static let levels = Levels32(nibblesOffset: 8, fifthBitsOffset: 4)

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        levels.dequantizeAffine(block, into: values)
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        levels.quantizeAffine(values, highest: 31, into: block)
    }
}
