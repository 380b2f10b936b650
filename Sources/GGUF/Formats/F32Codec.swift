/// IEEE 754 single precision.
enum F32Codec: BlockCodec {
    static let valuesPerBlock = 1
    static let bytesPerBlock = 4
    // The upper half of a little-endian single has its exponent, as a bfloat16 has.
    static let scaleOffsets = [2]
    static let exponentMask: UInt16 = 0x7F80

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        values.pointee = Float(bitPattern: UInt32(littleEndian: block.loadUnaligned(as: UInt32.self)))
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.storeBytes(of: values.pointee.bitPattern.littleEndian, as: UInt32.self)
    }
}
