/// Q4_K: 256 values in 8 groups of 32, each group with a 6-bit scale and a 6-bit minimum; `x = d·s·q − dmin·m`, q 0...15.
///
/// Bytes: `d` (0), `dmin` (2), 12 bytes of packed scales and minima (4..<16), nibbles (16..<144): 32 bytes hold two
/// groups, the even group in the low nibbles. Source: `block_q4_K` of ggml.
enum Q4KCodec: BlockCodec {
    static let valuesPerBlock = 256
    static let bytesPerBlock = 144
    private static let scalesOffset = 4
    private static let nibblesOffset = 16

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let d = block.half(at: 0)
        let dmin = block.half(at: 2)
        for group in 0..<8 {
            let (scale, minimum) = scaleAndMinimum(of: group, block)
            let step = d * Float(scale)
            let shift = dmin * Float(minimum)
            let bytes = nibblesOffset + group / 2 * 32
            for index in 0..<32 {
                let byte = block.byte(at: bytes + index)
                let level = group % 2 == 0 ? byte & 0x0F : byte >> 4
                values[group * 32 + index] = step * Float(level) - shift
            }
        }
    }

    /// Groups 0...3 have their 6 bits in bytes 0...3 (scale) and 4...7 (minimum); groups 4...7 have 4 bits each in bytes
    /// 8...11 and their upper 2 bits in the top of bytes 0...3 and 4...7.
    private static func scaleAndMinimum(of group: Int, _ block: UnsafeRawPointer) -> (UInt8, UInt8) {
        let packed = block + scalesOffset
        if group < 4 {
            return (packed.byte(at: group) & 63, packed.byte(at: group + 4) & 63)
        }
        let low = packed.byte(at: group + 4)
        return (
            low & 0x0F | (packed.byte(at: group - 4) >> 6) << 4,
            low >> 4 | (packed.byte(at: group) >> 6) << 4
        )
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        // A group spans from its smallest value (or 0, as minima are never negative) to its largest.
        var steps = [Float](repeating: 0, count: 8)
        var shifts = [Float](repeating: 0, count: 8)
        for group in 0..<8 {
            var lowest: Float = 0
            var highest = -Float.infinity
            for index in 0..<32 {
                lowest = min(lowest, values[group * 32 + index])
                highest = max(highest, values[group * 32 + index])
            }
            steps[group] = max(0, highest - lowest) / 15
            shifts[group] = -lowest
        }
        let d = block.storeHalf((steps.max() ?? 0) / 63, at: 0)
        let dmin = block.storeHalf((shifts.max() ?? 0) / 63, at: 2)
        let scales = steps.map { level($0, step: d, highest: 63) }
        let minima = shifts.map { level($0, step: dmin, highest: 63) }
        storeScales(scales, minima, into: block + scalesOffset)

        for pair in 0..<4 {
            for index in 0..<32 {
                var byte: UInt8 = 0
                for half in 0..<2 {
                    let group = pair * 2 + half
                    let shifted = values[group * 32 + index] + dmin * Float(minima[group])
                    byte |= level(shifted, step: d * Float(scales[group]), highest: 15) << (4 * UInt8(half))
                }
                block.storeBytes(of: byte, toByteOffset: nibblesOffset + pair * 32 + index, as: UInt8.self)
            }
        }
    }

    private static func level(_ value: Float, step: Float, highest: Float) -> UInt8 {
        step > 0 ? UInt8(max(0, min(highest, (value / step).rounded()))) : 0
    }

    private static func storeScales(_ scales: [UInt8], _ minima: [UInt8], into packed: UnsafeMutableRawPointer) {
        for group in 0..<4 {
            let upper = group + 4
            packed.storeBytes(of: scales[group] | (scales[upper] >> 4) << 6, toByteOffset: group, as: UInt8.self)
            packed.storeBytes(of: minima[group] | (minima[upper] >> 4) << 6, toByteOffset: group + 4, as: UInt8.self)
            packed.storeBytes(
                of: scales[upper] & 0x0F | minima[upper] << 4, toByteOffset: group + 8, as: UInt8.self)
        }
    }
}
