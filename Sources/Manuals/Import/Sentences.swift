/// Parts running text into sentences and clauses, never inside numbers, abbreviations or parentheses.
enum Sentences {
    private static let abbreviations: Set<String> = [
        "approx", "max", "min", "no", "nos", "fig", "figs", "sec", "ref", "e.g", "i.e", "eg", "ie", "etc", "vs", "cf",
        "incl", "temp", "nom", "resp", "para", "p", "pp", "ca", "dia",
    ]

    /// Sentences with their closing mark.
    static func split(_ text: String) -> [String] {
        parts(of: text, keepingMark: true) { characters, index in
            switch characters[index] {
            case "。", "！", "？": true
            case ".", "!", "?": endsLatinSentence(characters, at: index)
            case "\n": true
            default: false
            }
        }
    }

    /// Parts at semicolons, which are dropped.
    static func splitAtSemicolons(_ text: String) -> [String] {
        guard text.holds(";") || text.holds("；") else { return text.trimmed.isEmpty ? [] : [text.trimmed] }
        return parts(of: text, keepingMark: false) { characters, index in
            characters[index] == ";" || characters[index] == "；"
        }
    }

    private static func parts(
        of text: String, keepingMark: Bool, isEnd: ([Character], Int) -> Bool
    ) -> [String] {
        let characters = Array(text)
        var parts: [String] = []
        var start = 0
        var depth = 0
        for index in characters.indices {
            switch characters[index] {
            case "(", "（", "[", "「", "『": depth += 1
            case ")", "）", "]", "」", "』": depth = max(0, depth - 1)
            default: break
            }
            guard depth == 0, isEnd(characters, index) else { continue }
            parts.append(String(characters[start..<(keepingMark ? index + 1 : index)]).trimmed)
            start = index + 1
        }
        parts.append(String(characters[start...]).trimmed)
        return parts.filter { !$0.isEmpty }
    }

    private static func endsLatinSentence(_ characters: [Character], at index: Int) -> Bool {
        guard index + 1 < characters.count else { return true }
        guard characters[index + 1].isWhitespace else { return characters[index + 1].isCJK && index > 0 }
        guard let next = characters[(index + 1)...].first(where: { !$0.isWhitespace }) else { return true }
        guard !next.isLowercase else { return false }
        guard characters[index] == "." else { return true }
        let word = String(characters[..<index].reversed().prefix { $0.isLetter || $0 == "." }.reversed()).lowercased()
        // "No. 3" is a reference, "… or no. Then" is not: an abbreviation before a capital ends a sentence only if it
        // could be a word by itself.
        return !abbreviations.contains(word) || (next.isLetter && (word == "no" || word == "min" || word == "max"))
    }
}
