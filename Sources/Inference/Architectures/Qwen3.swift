extension Architecture {
    /// Qwen3, dense: each head of queries and keys goes through an RMS norm before it takes up its position; NEOX rotary
    /// positions, no biases; heads of 128 values whatever the width.
    ///
    /// Source: Qwen Team, Qwen3 Technical Report, 2025; tensor names and keys of the GGUF specification.
    static let qwen3 = Architecture(name: "qwen3", pairing: .halves, headNorm: true)
}
