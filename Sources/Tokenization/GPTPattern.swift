/// The pattern that Qwen2 and, with more digits a word, Llama 3 split text by, as a scanner:
///
/// ```
/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|
///  ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// ```
///
/// Sources: `pre_tokenizer` in the `tokenizer.json` of Qwen2; `pat_str` in `tokenizer.py` of Meta's `llama-models`.
enum GPTPattern {
    static func endOfWord(_ text: ClassifiedText, _ start: Int, digitsPerWord: Int) -> Int {
        guard let (kind, next) = text.character(at: start) else { return start }
        if let end = endOfContraction(text, start) { return end }
        if kind.isLetter { return endOfLetters(text, next) }
        if kind == .number {
            var end = next
            for _ in 1..<max(digitsPerWord, 1) {
                guard let (kind, next) = text.character(at: end), kind == .number else { break }
                end = next
            }
            return end
        }
        if kind != .lineBreak, let following = text.character(at: next)?.class {
            if following.isLetter { return endOfLetters(text, next) }
            if following.isSymbol, text.bytes[start] == UInt8(ascii: " ") { return endOfSymbols(text, next) }
        }
        return kind.isSymbol ? endOfSymbols(text, next) : text.endOfWhitespace(from: start)
    }

    /// `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` in letters of either case, and `'ſ`: the long s (U+017F) folds to s.
    private static func endOfContraction(_ text: ClassifiedText, _ start: Int) -> Int? {
        guard text.bytes[start] == UInt8(ascii: "'"), start + 1 < text.end else { return nil }
        let first = text.bytes[start + 1]
        if "stmdSTMD".utf8.contains(first) { return start + 2 }
        guard start + 2 < text.end else { return nil }
        let second = text.bytes[start + 2]
        if (first, second) == (0xC5, 0xBF) { return start + 3 }
        switch (first | 0x20, second | 0x20) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }

    private static func endOfLetters(_ text: ClassifiedText, _ position: Int) -> Int {
        text.endOfRun(from: position) { $0.isLetter }
    }

    private static func endOfSymbols(_ text: ClassifiedText, _ position: Int) -> Int {
        let symbols = text.endOfRun(from: position) { $0.isSymbol }
        return text.endOfRun(from: symbols) { $0 == .lineBreak }
    }
}
