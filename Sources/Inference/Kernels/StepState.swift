/// What changes from one run of recorded commands to the next; `include/state.glsl` declares the same words.
struct StepState: BitwiseCopyable {
    /// Position of the batch's first token.
    var position: UInt32 = 0
    var seedLow: UInt32 = 0
    var seedHigh: UInt32 = 0
    /// 0 asks for the greatest logit.
    var inverseTemperature: Float = 0

    init(position: Int, seed: UInt64 = 0, temperature: Float = 0) {
        self.position = UInt32(position)
        seedLow = UInt32(truncatingIfNeeded: seed)
        seedHigh = UInt32(truncatingIfNeeded: seed >> 32)
        inverseTemperature = temperature > 0 ? 1 / temperature : 0
    }
}
