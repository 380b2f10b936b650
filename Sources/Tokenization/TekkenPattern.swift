/// The pattern that Mistral's Tekken splits text by, as a scanner:
///
/// ```
/// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|
/// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|
/// \p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// ```
///
/// Source: `config.pattern` in the `tekken.json` of Mistral's `mistral-common`.
enum TekkenPattern {
    static func endOfWord(_ text: ClassifiedText, _ start: Int) -> Int {
        guard let (kind, next) = text.character(at: start) else { return start }
        if kind.isLetter {
            let word = CasedWord(text, from: start)
            return word.end ?? word.endOfUppers
        }
        if kind == .number { return next }
        if kind != .lineBreak {
            // The character goes with the word after it, or is a word if it is a mark: marks are among the letters too.
            let word = CasedWord(text, from: next)
            if let end = word.end { return end }
            if kind == .mark { return next }
            if word.endOfUppers > next { return word.endOfUppers }
        }
        if kind.isSymbol { return endOfSymbols(text, next) }
        if text.bytes[start] == UInt8(ascii: " "), text.character(at: next)?.class.isSymbol == true {
            return endOfSymbols(text, next)
        }
        return text.endOfWhitespace(from: start)
    }

    /// What the two alternatives for words match from a position, without the character in front.
    private struct CasedWord {
        /// Where the run of upper-case and caseless characters ends: the second alternative, which is tried when the
        /// first fails. Nothing lower-case follows then.
        let endOfUppers: Int
        /// Where the first alternative ends: after the lower-case characters behind that run; if there are none, after
        /// the run's last caseless character, which serves as one. `nil` if there is neither.
        let end: Int?

        init(_ text: ClassifiedText, from start: Int) {
            var position = start
            var afterCaseless: Int?
            while let (kind, next) = text.character(at: position), kind.isLetter || kind == .mark, kind != .lower {
                if kind != .upper { afterCaseless = next }
                position = next
            }
            endOfUppers = position
            let lowers = text.endOfRun(from: position) { kind in
                kind == .lower || kind == .caseless || kind == .mark
            }
            end = lowers > position ? lowers : afterCaseless
        }
    }

    private static func endOfSymbols(_ text: ClassifiedText, _ position: Int) -> Int {
        var end = text.endOfRun(from: position) { $0.isSymbol }
        while end < text.end, "\r\n/".utf8.contains(text.bytes[end]) { end += 1 }
        return end
    }
}
