/// Numbers that look random and are the same in every run; good enough for weights and prompts, not for statistics.
///
/// Source: the linear congruential generator of Knuth's MMIX.
struct RandomSource {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// 24 bits; the generator's lower ones are less random.
    mutating func next() -> UInt32 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt32(truncatingIfNeeded: state >> 40)
    }
}
