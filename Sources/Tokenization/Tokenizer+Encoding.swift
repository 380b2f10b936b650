extension Tokenizer {
    /// The longest word that is merged as one; a longer one is cut, so that memory stays bounded for any text. No language
    /// has such words.
    static let longestWord = 1 << 18

    /// The tokens of a text.
    ///
    /// - Parameter allowSpecial: whether names of special tokens in the text become those tokens. Only for text that we
    ///   wrote ourselves: in anything from outside, `<|im_end|>` must stay ten characters.
    public func encode(_ text: String, allowSpecial: Bool) -> [Int32] {
        encode([allowSpecial ? .control(text) : .text(text)])
    }

    /// The tokens of a prompt. Stretches between special tokens are encoded as one text, whatever segments they lie in.
    public func encode(_ segments: [PromptSegment]) -> [Int32] {
        var encoder = Encoder(self)
        for segment in segments {
            switch segment {
            case .text(let text): encoder.append(text: text.utf8)
            case .control(let text): encoder.append(control: Array(text.utf8))
            }
        }
        return encoder.finish()
    }

    /// Collects plain text until a special token or the end, then encodes it.
    private struct Encoder {
        private let tokenizer: Tokenizer
        private var merger: BytePairMerger
        private var pending: [UInt8] = []
        private var tokens: [Int32] = []

        init(_ tokenizer: Tokenizer) {
            self.tokenizer = tokenizer
            merger = BytePairMerger(tokenizer.merges)
        }

        mutating func append(text: some Sequence<UInt8>) {
            pending.append(contentsOf: text)
        }

        mutating func append(control bytes: [UInt8]) {
            var position = 0
            while let (range, id) = tokenizer.vocabulary.special.first(in: bytes, from: position) {
                append(text: bytes[position..<range.lowerBound])
                encodePending()
                tokens.append(id)
                position = range.upperBound
            }
            append(text: bytes[position...])
        }

        mutating func finish() -> [Int32] {
            encodePending()
            return tokens
        }

        private mutating func encodePending() {
            let text = ClassifiedText(validUTF8: pending)
            pending = []
            var start = 0
            while start < text.end {
                let end = tokenizer.preTokenizer.endOfWord(text, start)
                while start < end {
                    let cut = min(end, start + Tokenizer.longestWord)
                    merger.encode(text.bytes[start..<cut], into: &tokens)
                    start = cut
                }
            }
        }
    }
}
