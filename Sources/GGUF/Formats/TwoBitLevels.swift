/// The 64 bytes in which Q2_K and Q3_K have the low two bits of 256 levels.
///
/// Each half of 128 values takes 32 bytes: value `32·k + i` of a half (k 0...3) is in byte `i`, from bit `2·k`. (Q6_K has
/// its high bits in the same order.)
enum TwoBitLevels {
    static let byteCount = 64

    static func place(of position: Int) -> (byte: Int, shift: Int) {
        (position / 128 * 32 + position % 32, position % 128 / 32 * 2)
    }

    static func level(_ position: Int, of bytes: UnsafeRawPointer) -> UInt8 {
        let (byte, shift) = place(of: position)
        return bytes.byte(at: byte) >> UInt8(shift) & 3
    }

    /// Sets a level that is still zero.
    static func store(_ level: UInt8, _ position: Int, into bytes: UnsafeMutableRawPointer) {
        let (byte, shift) = place(of: position)
        bytes.setBits(level, at: byte, shift: shift)
    }
}
