/// Q5_0: 32 values of 5 bits under one float16 scale; `x = d · (q − 16)`, q 0...31.
///
/// Bytes: `d` (0), fifth bits (2..<6), nibbles (6..<22), as ``Levels32`` has them. Source: `block_q5_0` of ggml.
enum Q5x0Codec: BlockCodec {
    static let valuesPerBlock = 32
    static let bytesPerBlock = 22
    static let scaleOffsets = [0]
    private static let levels = Levels32(nibblesOffset: 6, fifthBitsOffset: 2)

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        levels.dequantizeSymmetric(block, middle: 16, into: values)
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        levels.quantizeSymmetric(values, middle: 16, into: block)
    }
}
