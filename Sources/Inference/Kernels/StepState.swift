/// What changes from one run of recorded commands to the next; `include/state.glsl` declares the same words.
struct StepState: BitwiseCopyable {
    /// Position of the batch's first token.
    var position: UInt32
    /// Position of the batch's last token; what is drawn depends on it, and so not on how a text is cut into batches.
    var lastPosition: UInt32
    var seedLow: UInt32
    var seedHigh: UInt32
    /// 0 asks for the greatest logit.
    var inverseTemperature: Float

    init(position: Int, tokens: Int = 1, seed: UInt64 = 0, temperature: Float = 0) {
        self.position = UInt32(position)
        lastPosition = UInt32(position + tokens - 1)
        seedLow = UInt32(truncatingIfNeeded: seed)
        seedHigh = UInt32(truncatingIfNeeded: seed >> 32)
        inverseTemperature = temperature > 0 ? 1 / temperature : 0
    }
}
