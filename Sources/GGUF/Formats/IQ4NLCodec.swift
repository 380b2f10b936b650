/// IQ4_NL: 32 values of 4 bits under one float16 scale; `x = d · v(q)`, `v` of ``NonlinearLevels``.
///
/// Bytes: `d` (0), nibbles (2..<18), as ``Levels32`` has them. Source: `block_iq4_nl` of ggml.
enum IQ4NLCodec: BlockCodec {
    static let valuesPerBlock = 32
    static let bytesPerBlock = 18
    static let scaleOffsets = [0]
    private static let levels = Levels32(nibblesOffset: 2)

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let d = block.half(at: 0)
        for index in 0..<32 { values[index] = d * NonlinearLevels.values[Int(levels.level(index, of: block))] }
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        let d = block.storeHalf(Fit.farthest(values, count: 32) / NonlinearLevels.values[0], at: 0)
        for index in 0..<32 { levels.store(NonlinearLevels.level(values[index], step: d), index, into: block) }
    }
}
