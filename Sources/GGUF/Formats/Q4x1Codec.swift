/// Q4_1: 32 values of 4 bits under one float16 scale and one float16 minimum; `x = d · q + m`, q 0...15.
///
/// Bytes: `d` (0), `m` (2), nibbles (4..<20), as ``Levels32`` has them. Source: `block_q4_1` of ggml.
enum Q4x1Codec: BlockCodec {
    static let valuesPerBlock = 32
    static let bytesPerBlock = 20
    static let scaleOffsets = [0, 2]
    private static let levels = Levels32(nibblesOffset: 4)

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        levels.dequantizeAffine(block, into: values)
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        levels.quantizeAffine(values, highest: 15, into: block)
    }
}
