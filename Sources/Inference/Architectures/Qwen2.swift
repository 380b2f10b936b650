extension Architecture {
    /// Qwen2 and Qwen2.5: biases on queries, keys and values; NEOX rotary positions.
    ///
    /// Source: Qwen Team, Qwen2 Technical Report, 2024; tensor names and keys of the GGUF specification.
    static let qwen2 = Architecture(name: "qwen2", attentionBias: true, pairing: .halves)
}
