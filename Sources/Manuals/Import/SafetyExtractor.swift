import Domain

/// Finds safety blocks by their signal words (ANSI Z535.6, ISO 3864-2 and the Chinese ones) and keeps their words unchanged.
enum SafetyExtractor {
    static let signalWords = ["DANGER", "WARNING", "CAUTION", "NOTICE", "危險", "警告", "注意", "小心", "危险"]

    private static let initials = Set(signalWords.compactMap(\.first))

    /// Splits a line into the signal word it begins with and the text after it.
    ///
    /// - Parameter isMarked: the line is quoted or bold; then `Warning` counts as well as `WARNING`.
    static func signal(in line: String, isMarked: Bool) -> (word: String, rest: String)? {
        let bare = line.drop { " \t*_⚠!☠[".contains($0) }
        guard let first = bare.first, let initial = first.uppercased().first, initials.contains(initial) else {
            return nil
        }
        for word in signalWords {
            let candidate = bare.prefix(word.count)
            guard candidate == word || (isMarked && candidate.uppercased() == word) else { continue }
            let after = bare.dropFirst(word.count)
            guard let next = after.first else { return (String(candidate), "") }
            guard " \t:：!！*_–—-]".contains(next) else { continue }
            let rest = after.drop { " \t:：!！*_–—-]".contains($0) }
            return (String(candidate), rest.trimmed)
        }
        return nil
    }

    /// Takes the safety blocks out of lines.
    ///
    /// - Parameter spansLines: a block reaches up to the next signal word (quotes) instead of to its line's end (cells).
    static func extract(
        from lines: [String], isMarked: Bool, spansLines: Bool
    ) -> (rest: [String], blocks: [SafetyBlock]) {
        var rest: [String] = []
        var open: [(word: String, lines: [String])] = []
        for line in lines {
            if let (word, text) = signal(in: line, isMarked: isMarked) {
                open.append((word, text.isEmpty ? [] : [text]))
            } else if let last = open.indices.last, spansLines || open[last].lines.isEmpty {
                open[last].lines.append(line.trimmed)
            } else {
                rest.append(line)
            }
        }
        let blocks = open.map { SafetyBlock(signalWord: $0.word, text: TextCleaning.joinWrapped($0.lines)) }
        return (rest, blocks.filter { !$0.text.isEmpty })
    }
}
