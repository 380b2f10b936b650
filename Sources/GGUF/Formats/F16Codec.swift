/// IEEE 754 half precision.
enum F16Codec: BlockCodec {
    static let valuesPerBlock = 1
    static let bytesPerBlock = 2
    static let scaleOffsets = [0]

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        values.pointee = block.half(at: 0)
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.storeHalf(values.pointee, at: 0)
    }
}
