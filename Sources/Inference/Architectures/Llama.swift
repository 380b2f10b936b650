extension Architecture {
    /// Llama 2 and 3, Mistral and Mistral NeMo: neighbours turn together, because the conversion to GGUF reorders the rows
    /// of queries and keys so; Llama 3.1 and later slow some angles down (`rope_freqs.weight`).
    ///
    /// Heads may be of another size than width divided by heads (`attention.key_length`), as NeMo's are. A file without
    /// `rope.freq_base` means 10,000, as Llama 2 has.
    ///
    /// Source: Grattafiori et al., The Llama 3 Herd of Models, 2024; tensor names and keys of the GGUF specification.
    static let llama = Architecture(
        name: "llama", pairing: .neighbours, rotaryFactors: true, defaultRotaryBase: 10_000)
}
