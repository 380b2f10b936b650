/// The rounding that the simple quantizers share.
enum Fit {
    /// The nearest of the levels 0...highest for `value = step · level`.
    static func level(_ value: Float, step: Float, highest: Float) -> UInt8 {
        step > 0 ? UInt8(max(0, min(highest, (value / step).rounded()))) : 0
    }

    /// The nearest level of a range for `value = step · level`, where the step may be negative.
    static func signedLevel(_ value: Float, step: Float, in range: ClosedRange<Int>) -> Int {
        guard step != 0 else { return 0 }
        return Int(max(Float(range.lowerBound), min(Float(range.upperBound), (value / step).rounded())))
    }

    /// The value with the greatest magnitude, with its sign.
    static func farthest(_ values: UnsafePointer<Float>, count: Int) -> Float {
        var farthest: Float = 0
        for index in 0..<count where values[index].magnitude > farthest.magnitude { farthest = values[index] }
        return farthest
    }

    /// Steps and shifts of groups for `x = step · level − shift`: a group spans from its smallest value (or 0, as shifts
    /// are never negative) to its largest.
    static func affineGroups(
        _ values: UnsafePointer<Float>, groups: Int, groupSize: Int, highest: Float
    ) -> (steps: [Float], shifts: [Float]) {
        var (steps, shifts): ([Float], [Float]) = ([], [])
        for group in 0..<groups {
            let members = UnsafeBufferPointer(start: values + group * groupSize, count: groupSize)
            let lowest = min(0, members.min() ?? 0)
            steps.append(max(0, (members.max() ?? 0) - lowest) / highest)
            shifts.append(-lowest)
        }
        return (steps, shifts)
    }

    /// Expresses signed steps as `d · scale` with scales of six bits, -32...31; stores `d` and gives the scales.
    static func signedSixBitScales(
        _ steps: [Float], storing dOffset: Int, into block: UnsafeMutableRawPointer
    ) -> (d: Float, scales: [Int]) {
        let d = block.storeHalf(farthest(steps, count: steps.count) / -32, at: dOffset)
        return (d, steps.map { signedLevel($0, step: d, in: -32...31) })
    }
}
