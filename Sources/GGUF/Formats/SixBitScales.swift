/// The head that Q4_K and Q5_K share: `d` (0), `dmin` (2), and 6 bits of scale and minimum for each of 8 groups of 32
/// values (4..<16); `x = d·s·q − dmin·m`.
///
/// Groups 0...3 have their 6 bits in bytes 4...7 (scale) and 8...11 (minimum); groups 4...7 have 4 bits each in bytes
/// 12...15 and their upper 2 bits in the top of bytes 4...7 and 8...11. Source: `get_scale_min_k4` of ggml.
enum SixBitScales {
    static let byteCount = 16

    /// What a group's levels are multiplied with and what is then taken off.
    static func factors(of group: Int, _ block: UnsafeRawPointer) -> (step: Float, shift: Float) {
        let (scale, minimum) = scaleAndMinimum(of: group, block + 4)
        return (block.half(at: 0) * Float(scale), block.half(at: 2) * Float(minimum))
    }

    private static func scaleAndMinimum(of group: Int, _ packed: UnsafeRawPointer) -> (UInt8, UInt8) {
        if group < 4 {
            return (packed.byte(at: group) & 63, packed.byte(at: group + 4) & 63)
        }
        let low = packed.byte(at: group + 4)
        return (
            low & 0x0F | (packed.byte(at: group - 4) >> 6) << 4,
            low >> 4 | (packed.byte(at: group) >> 6) << 4
        )
    }

    /// Fits the groups of a block to levels 0...highest, stores the head into a block of zeros and gives the levels.
    static func quantize(
        _ values: UnsafePointer<Float>, highest: Float, into block: UnsafeMutableRawPointer
    ) -> [UInt8] {
        let (steps, shifts) = Fit.affineGroups(values, groups: 8, groupSize: 32, highest: highest)
        let d = block.storeHalf((steps.max() ?? 0) / 63, at: 0)
        let dmin = block.storeHalf((shifts.max() ?? 0) / 63, at: 2)
        store(
            steps.map { Fit.level($0, step: d, highest: 63) }, shifts.map { Fit.level($0, step: dmin, highest: 63) },
            into: block + 4)
        return (0..<256).map { index in
            let (step, shift) = factors(of: index / 32, block)
            return Fit.level(values[index] + shift, step: step, highest: highest)
        }
    }

    private static func store(_ scales: [UInt8], _ minima: [UInt8], into packed: UnsafeMutableRawPointer) {
        for group in 0..<4 {
            let upper = group + 4
            packed.setBits(scales[group] | (scales[upper] >> 4) << 6, at: group)
            packed.setBits(minima[group] | (minima[upper] >> 4) << 6, at: upper)
            packed.setBits(scales[upper] & 0x0F | minima[upper] << 4, at: group + 8)
        }
    }
}
