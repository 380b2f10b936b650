/// bfloat16: the upper half of an IEEE 754 single.
enum BF16Codec: BlockCodec {
    static let valuesPerBlock = 1
    static let bytesPerBlock = 2
    static let scaleOffsets = [0]
    static let exponentMask: UInt16 = 0x7F80

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        values.pointee = Float(bitPattern: UInt32(block.word(at: 0)) << 16)
    }

    /// Rounds to nearest, to even where two are equally near.
    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        let bits = values.pointee.bitPattern
        block.storeWord(UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16), at: 0)
    }
}
