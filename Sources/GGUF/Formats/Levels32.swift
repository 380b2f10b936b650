/// Where a block of 32 values has their unsigned levels of four or five bits.
///
/// Byte `j` of 16 has the low four bits of value `j` in its low half and those of value `16 + j` in its high half; the
/// fifth bit of value `i` is bit `i` of a little-endian 32-bit number. Shared by Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL and each
/// group of IQ4_XS.
struct Levels32 {
    let nibblesOffset: Int
    var fifthBitsOffset: Int?

    func level(_ index: Int, of block: UnsafeRawPointer) -> UInt8 {
        let byte = block.byte(at: nibblesOffset + index % 16)
        let nibble = index < 16 ? byte & 0x0F : byte >> 4
        guard let fifthBitsOffset else { return nibble }
        return nibble | (block.byte(at: fifthBitsOffset + index / 8) >> UInt8(index % 8) & 1) << 4
    }

    /// Stores a level in a block whose levels are still zero.
    func store(_ level: UInt8, _ index: Int, into block: UnsafeMutableRawPointer) {
        block.setBits(level & 0x0F, at: nibblesOffset + index % 16, shift: index / 16 * 4)
        if let fifthBitsOffset {
            block.setBits(level >> 4, at: fifthBitsOffset + index / 8, shift: index % 8)
        }
    }
}

extension Levels32 {
    /// Expands `x = d · (q − 2ⁿ⁻¹)` of n bits: Q4_0 and Q5_0, with `d` at byte 0.
    func dequantizeSymmetric(_ block: UnsafeRawPointer, middle: Int, into values: UnsafeMutablePointer<Float>) {
        let d = block.half(at: 0)
        for index in 0..<32 { values[index] = d * Float(Int(level(index, of: block)) - middle) }
    }

    /// The value farthest from zero gets level 0, so that the levels' one-sided range is used.
    func quantizeSymmetric(_ values: UnsafePointer<Float>, middle: Int, into block: UnsafeMutableRawPointer) {
        let d = block.storeHalf(Fit.farthest(values, count: 32) / Float(-middle), at: 0)
        for index in 0..<32 {
            let level = Fit.signedLevel(values[index], step: d, in: -middle...middle - 1) + middle
            store(UInt8(level), index, into: block)
        }
    }

    /// Expands `x = d · q + m`: Q4_1 and Q5_1, with `d` at byte 0 and `m` at byte 2.
    func dequantizeAffine(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let (d, m) = (block.half(at: 0), block.half(at: 2))
        for index in 0..<32 { values[index] = d * Float(level(index, of: block)) + m }
    }

    func quantizeAffine(_ values: UnsafePointer<Float>, highest: Float, into block: UnsafeMutableRawPointer) {
        let values = UnsafeBufferPointer(start: values, count: 32)
        let lowest = values.min() ?? 0
        let d = block.storeHalf(((values.max() ?? 0) - lowest) / highest, at: 0)
        let m = block.storeHalf(lowest, at: 2)
        for index in 0..<32 { store(Fit.level(values[index] - m, step: d, highest: highest), index, into: block) }
    }
}
