/// Measures how fast a tokenizer encodes and decodes text like that of manuals, on one thread.
public struct TokenizerBenchmark: Sendable {
    /// Figures to read, never to pass or fail on.
    public struct Figures: Codable, Sendable, Hashable {
        public let textBytes: Int
        public let tokens: Int
        /// Millions of bytes of text a second, the median of the runs.
        public let encodeMBPerSecond: Double
        /// Millions of bytes of text a second, the median of the runs.
        public let decodeMBPerSecond: Double

        enum CodingKeys: String, CodingKey {
            case textBytes = "text_bytes"
            case tokens
            case encodeMBPerSecond = "encode_mb_per_s"
            case decodeMBPerSecond = "decode_mb_per_s"
        }
    }

    /// Lines of English and Chinese by turns, about the same for both in bytes.
    public let text: String

    /// - Parameters:
    ///   - textBytes: the text has at least so many.
    ///   - seed: the same one gives the same text.
    public init(textBytes: Int = 1 << 20, seed: UInt64 = 1) {
        var source = SyntheticText(seed: seed)
        text = source.lines(bytes: textBytes)
    }

    /// Encodes and decodes the whole text several times.
    ///
    /// - Parameter runs: at least 1 is done.
    public func measure(_ tokenizer: Tokenizer, runs: Int = 5) -> Figures {
        let clock = ContinuousClock()
        var tokens: [Int32] = []
        var encoding: [Duration] = []
        var decoding: [Duration] = []
        var decodedBytes = 0
        for _ in 0..<max(runs, 1) {
            encoding.append(clock.measure { tokens = tokenizer.encode(text, allowSpecial: false) })
            decoding.append(clock.measure { decodedBytes = tokenizer.decode(tokens).utf8.count })
        }
        return Figures(
            textBytes: text.utf8.count, tokens: tokens.count, encodeMBPerSecond: rate(text.utf8.count, encoding),
            decodeMBPerSecond: rate(decodedBytes, decoding))
    }

    private func rate(_ bytes: Int, _ times: [Duration]) -> Double {
        let median = times.sorted()[times.count / 2] / .seconds(1)
        return median > 0 ? Double(bytes) / 1e6 / median : 0
    }
}
