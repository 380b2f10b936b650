extension Tokenizer {
    /// The longest word that is merged as one; a longer one is cut, so that memory stays bounded for any text. No language
    /// has such words.
    static let longestWord = 1 << 18

    /// The tokens of a text, or of a part of one: no beginning-of-text token is added.
    ///
    /// - Parameter allowSpecial: whether names of special tokens in the text become those tokens. Only for text that we
    ///   wrote ourselves: in anything from outside, `<|im_end|>` must stay ten characters.
    public func encode(_ text: String, allowSpecial: Bool) -> [Int32] {
        var encoder = Encoder(self)
        encoder.append(allowSpecial ? .control(text) : .text(text))
        return encoder.finish()
    }

    /// The tokens of any bytes, which write the same bytes again. A byte that is no UTF-8 counts as a character that is
    /// neither letter nor number nor space.
    public func encode(bytes: some Sequence<UInt8>) -> [Int32] {
        var encoder = Encoder(self)
        encoder.append(bytes: bytes)
        return encoder.finish()
    }

    /// The tokens of a prompt, with ``beginningOfText`` before them unless the first segment names it already. Stretches
    /// between special tokens are encoded as one text, whatever segments they lie in.
    public func encode(_ segments: [PromptSegment]) -> [Int32] {
        var encoder = Encoder(self)
        for segment in segments { encoder.append(segment) }
        let tokens = encoder.finish()
        guard let beginningOfText, tokens.first != beginningOfText else { return tokens }
        return [beginningOfText] + tokens
    }

    /// Collects the text of a prompt and the special tokens in it, then encodes the stretches between them.
    private struct Encoder {
        private let tokenizer: Tokenizer
        private var merger: BytePairMerger
        private var bytes: [UInt8] = []
        /// Special tokens, by the position in the bytes before which they stand.
        private var specials: [(position: Int, id: Int32)] = []
        private var recent = RecentWords()
        private var tokens: [Int32] = []

        init(_ tokenizer: Tokenizer) {
            self.tokenizer = tokenizer
            merger = BytePairMerger(tokenizer.merges)
        }

        mutating func append(_ segment: PromptSegment) {
            switch segment {
            case .text(let text): append(bytes: text.utf8)
            case .control(let text): append(control: Array(text.utf8))
            }
        }

        mutating func append(bytes text: some Sequence<UInt8>) {
            bytes.append(contentsOf: text)
        }

        private mutating func append(control text: [UInt8]) {
            var position = 0
            while let (range, id) = tokenizer.vocabulary.special.first(in: text, from: position) {
                append(bytes: text[position..<range.lowerBound])
                specials.append((bytes.count, id))
                position = range.upperBound
            }
            append(bytes: text[position...])
        }

        mutating func finish() -> [Int32] {
            var text = ClassifiedText(bytes)
            var start = 0
            for (position, id) in specials {
                text.end = position
                encode(text, from: start)
                tokens.append(id)
                start = position
            }
            text.end = bytes.count
            encode(text, from: start)
            return tokens
        }

        private mutating func encode(_ text: ClassifiedText, from start: Int) {
            var start = start
            while start < text.end {
                let end = tokenizer.preTokenizer.endOfWord(text, start)
                while start < end {
                    let cut = min(end, start + Tokenizer.longestWord)
                    encode(word: start..<cut, of: text.bytes)
                    start = cut
                }
            }
        }

        private mutating func encode(word: Range<Int>, of bytes: [UInt8]) {
            let known = recent.find(word, in: bytes)
            if let range = known.tokens {
                for index in range { tokens.append(tokens[index]) }
                return
            }
            let first = tokens.count
            if tokenizer.preTokenizer.takesWholeWords, let whole = tokenizer.vocabulary.normal.find(bytes[word]) {
                tokens.append(whole)
            } else {
                merger.encode(bytes[word], into: &tokens)
            }
            recent.remember(word, at: known.place, tokens: first..<tokens.count)
        }
    }
}
