/// The 16 unevenly spaced values that four bits stand for in IQ4_NL and IQ4_XS, closer together near zero.
///
/// Source: `kvalues_iq4nl` of ggml.
enum NonlinearLevels {
    static let values: [Float] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

    /// The level of the value nearest to `value / step`.
    static func level(_ value: Float, step: Float) -> UInt8 {
        guard step != 0 else { return 0 }
        let wanted = value / step
        var best = 0
        for level in values.indices where (values[level] - wanted).magnitude < (values[best] - wanted).magnitude {
            best = level
        }
        return UInt8(best)
    }
}
