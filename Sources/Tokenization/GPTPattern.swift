/// The pattern that Qwen2 and, with more digits a word, Llama 3 split text by, as a scanner:
///
/// ```
/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|
///  ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// ```
///
/// Source: `pre_tokenizer` in the `tokenizer.json` of Qwen2.
enum GPTPattern {
    static func endOfWord(_ text: ClassifiedText, _ start: Int, digitsPerWord: Int) -> Int {
        guard let (kind, next) = text.character(at: start) else { return start }
        if let end = endOfContraction(text, start) { return end }
        let following = text.character(at: next)?.class

        switch kind {
        case .letter:
            return endOfLetters(text, next)
        case .number:
            var end = next
            for _ in 1..<max(digitsPerWord, 1) {
                guard let (kind, next) = text.character(at: end), kind == .number else { break }
                end = next
            }
            return end
        case .space where following == .letter, .other where following == .letter:
            return endOfLetters(text, next)
        case .space where following == .other && text.bytes[start] == UInt8(ascii: " "):
            return endOfSymbols(text, next)
        case .other:
            return endOfSymbols(text, next)
        case .space, .lineBreak:
            return endOfWhitespace(text, start)
        }
    }

    /// `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` in letters of either case, and `'ſ`: the long s (U+017F) folds to s.
    private static func endOfContraction(_ text: ClassifiedText, _ start: Int) -> Int? {
        guard text.bytes[start] == UInt8(ascii: "'"), start + 1 < text.end else { return nil }
        let first = text.bytes[start + 1] | 0x20
        if "stmd".utf8.contains(first) { return start + 2 }
        guard start + 2 < text.end else { return nil }
        switch (first, text.bytes[start + 2] | 0x20) {
        case (0xE5, 0xBF) where text.bytes[start + 1] == 0xC5: return start + 3
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default:
            return nil
        }
    }

    private static func endOfLetters(_ text: ClassifiedText, _ position: Int) -> Int {
        text.endOfRun(from: position) { $0 == .letter }
    }

    private static func endOfSymbols(_ text: ClassifiedText, _ position: Int) -> Int {
        let symbols = text.endOfRun(from: position) { $0 == .other }
        return text.endOfRun(from: symbols) { $0 == .lineBreak }
    }

    /// Up to the run's last line break if it has one; else the whole run at the end of the text; else all but its last
    /// character, which goes with the word after it; else that one character.
    private static func endOfWhitespace(_ text: ClassifiedText, _ start: Int) -> Int {
        var position = start
        var afterLineBreak: Int?
        var lastCharacter = start
        while let (kind, next) = text.character(at: position), kind.isWhitespace {
            if kind == .lineBreak { afterLineBreak = next }
            lastCharacter = position
            position = next
        }
        if let afterLineBreak { return afterLineBreak }
        return position == text.end || lastCharacter == start ? position : lastCharacter
    }
}
