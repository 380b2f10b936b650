/// Q4_0: 32 values of 4 bits under one float16 scale; `x = d · (q − 8)`, q 0...15.
///
/// Bytes: `d` (0), nibbles (2..<18), as ``Levels32`` has them. Source: `block_q4_0` of ggml.
enum Q4x0Codec: BlockCodec {
    static let valuesPerBlock = 32
    static let bytesPerBlock = 18
    static let scaleOffsets = [0]
    private static let levels = Levels32(nibblesOffset: 2)

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        levels.dequantizeSymmetric(block, middle: 8, into: values)
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        levels.quantizeSymmetric(values, middle: 8, into: block)
    }
}
