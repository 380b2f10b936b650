/// One block's arithmetic. Pointers are to one block of bytes at any alignment, and to one block of values.
///
/// Only ``BlockFormat`` calls these, after it has checked both buffers' sizes.
protocol BlockCodec {
    static var valuesPerBlock: Int { get }
    static var bytesPerBlock: Int { get }
    /// Where a block has the 16 bits with the exponent of a floating-point number: one or two places.
    static var scaleOffsets: [Int] { get }
    /// The exponent's bits there; a number with all of them set is NaN or infinite.
    static var exponentMask: UInt16 { get }
    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>)
    /// Writes every byte of the block.
    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer)
}

extension BlockCodec {
    /// Float16's: what every quantized format scales with.
    static var exponentMask: UInt16 { 0x7C00 }
}

extension UnsafeRawPointer {
    /// The little-endian 16 bits at a byte offset.
    func word(at offset: Int) -> UInt16 { UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }

    /// The little-endian float16 at a byte offset, as float32.
    func half(at offset: Int) -> Float { Float(Float16(bitPattern: word(at: offset))) }

    func byte(at offset: Int) -> UInt8 { load(fromByteOffset: offset, as: UInt8.self) }

    func signedByte(at offset: Int) -> Int8 { load(fromByteOffset: offset, as: Int8.self) }
}

extension UnsafeMutableRawPointer {
    func storeWord(_ value: UInt16, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// Stores a value as little-endian float16 and gives back what was stored, as float32.
    @discardableResult
    func storeHalf(_ value: Float, at offset: Int) -> Float {
        let half = Float16(value)
        storeWord(half.bitPattern, at: offset)
        return Float(half)
    }

    /// Sets some bits of a byte in which they are still zero.
    func setBits(_ bits: UInt8, at offset: Int, shift: Int = 0) {
        storeBytes(
            of: load(fromByteOffset: offset, as: UInt8.self) | bits << shift, toByteOffset: offset, as: UInt8.self)
    }

    func clear(_ count: Int) { initializeMemory(as: UInt8.self, repeating: 0, count: count) }
}
