/// A way to quantize a whole model, by the bits that a weight takes on average.
///
/// The averages are those of Llama-3.1-8B in llama.cpp's `tools/quantize/README.md`; other models differ by a few per
/// cent, because some tensors are kept wider.
public struct QuantizationMix: Sendable, Equatable {
    /// The name that GGUF files carry, as `Q4_K_M`.
    public let name: String
    public let bitsPerWeight: Double

    /// Those that this engine computes with and that are worth using, widest first.
    public static let all = [
        QuantizationMix(name: "Q8_0", bitsPerWeight: 8.50), QuantizationMix(name: "Q6_K", bitsPerWeight: 6.56),
        QuantizationMix(name: "Q5_K_M", bitsPerWeight: 5.70), QuantizationMix(name: "Q4_K_M", bitsPerWeight: 4.89),
        QuantizationMix(name: "IQ4_XS", bitsPerWeight: 4.46), QuantizationMix(name: "Q3_K_M", bitsPerWeight: 4.00),
        QuantizationMix(name: "Q2_K", bitsPerWeight: 3.16),
    ]
}
