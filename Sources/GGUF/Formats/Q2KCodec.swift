/// Q2_K: 256 values in 16 groups of 16, each group with a 4-bit scale and a 4-bit minimum; `x = d·s·q − dmin·m`, q 0...3.
///
/// Bytes: scales (0..<16, a group's scale in the low half and its minimum in the high half of a byte), levels (16..<80,
/// as ``TwoBitLevels`` has them), `d` (80), `dmin` (82). Source: `block_q2_K` of ggml.
enum Q2KCodec: BlockCodec {
    static let valuesPerBlock = 256
    static let bytesPerBlock = 84
    static let scaleOffsets = [80, 82]
    private static let levelsOffset = 16

    static func dequantize(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        for group in 0..<16 {
            let (step, shift) = factors(of: group, block)
            for position in group * 16..<group * 16 + 16 {
                values[position] = step * Float(TwoBitLevels.level(position, of: block + levelsOffset)) - shift
            }
        }
    }

    private static func factors(of group: Int, _ block: UnsafeRawPointer) -> (step: Float, shift: Float) {
        let packed = block.byte(at: group)
        return (block.half(at: 80) * Float(packed & 15), block.half(at: 82) * Float(packed >> 4))
    }

    static func quantize(_ values: UnsafePointer<Float>, into block: UnsafeMutableRawPointer) {
        block.clear(bytesPerBlock)
        let (steps, shifts) = Fit.affineGroups(values, groups: 16, groupSize: 16, highest: 3)
        let d = block.storeHalf((steps.max() ?? 0) / 15, at: 80)
        let dmin = block.storeHalf((shifts.max() ?? 0) / 15, at: 82)
        for group in 0..<16 {
            block.setBits(Fit.level(steps[group], step: d, highest: 15), at: group)
            block.setBits(Fit.level(shifts[group], step: dmin, highest: 15), at: group, shift: 4)
            let (step, shift) = factors(of: group, block)
            for position in group * 16..<group * 16 + 16 {
                let level = Fit.level(values[position] + shift, step: step, highest: 3)
                TwoBitLevels.store(level, position, into: block + levelsOffset)
            }
        }
    }
}
