/// Cuts a normalised sentence into words, runs of Chinese characters, facts and marks.
struct StatementLexer {
    enum Lexeme: Hashable {
        case fact(Statement.Fact)
        /// The number before the last one is the start of a range and has its unit: `20–30 °C`. Comes before the fact
        /// that names the unit.
        case unitOfPrevious(String)
        /// Lower case, but for symbols. `isProper`: written as names of buttons are, `Emergency Stop`, `RESET`.
        case word(String, isProper: Bool)
        case han([Unicode.Scalar])
        /// Whatever else says something: a comma, a comparison, an arrow.
        case mark(Unicode.Scalar)
    }

    let scalars: [Unicode.Scalar]
    var index = 0
    var pending: Lexeme?
    /// Where the last fact ended, if it was a number without a unit.
    var bareNumberEnd: Int?
    /// Nothing but blanks and marks so far: a capital `A` is an article here.
    private var isAtStart = true
    /// All words are in capitals, so that capitals make no name.
    private let isShouted: Bool
    private var openQuotes: Set<Unicode.Scalar> = []

    init(_ sentence: [Unicode.Scalar]) {
        scalars = sentence
        isShouted = Self.isShouted(sentence)
    }

    mutating func next() -> Lexeme? {
        if let lexeme = pending {
            pending = nil
            return lexeme
        }
        while index < scalars.count {
            let scalar = scalars[index]
            let lexeme: Lexeme
            if NormalText.isDigit(scalar) || scalar == "." && peek(1).map(NormalText.isDigit) == true {
                lexeme = number()
            } else if NormalText.isCircled(scalar) {
                index += 1
                lexeme = .fact(Statement.Fact(text: String(scalar)))
            } else if NormalText.isHan(scalar) {
                lexeme = chineseNumber() ?? hanRun()
            } else if scalar.properties.isAlphabetic {
                lexeme = word()
            } else {
                let isTelling = isTelling(scalar)
                index += 1
                guard isTelling else { continue }
                return .mark(scalar)
            }
            isAtStart = false
            return lexeme
        }
        return nil
    }

    func peek(_ offset: Int) -> Unicode.Scalar? {
        let at = index + offset
        return scalars.indices.contains(at) ? scalars[at] : nil
    }

    func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    // MARK: Marks

    private static let quotes = Set("\"'“”„«»「」『』`".unicodeScalars)

    /// Quotes, emphasis and the period at the end say nothing; `5"` does.
    private mutating func isTelling(_ scalar: Unicode.Scalar) -> Bool {
        let follower = scalars[(index + 1)...].first { !NormalText.isBlank($0) }
        let isAfterDigit = index > 0 && NormalText.isDigit(scalars[index - 1])
        let isBeforeDigit = follower.map(NormalText.isDigit) == true
        switch scalar {
        case _ where NormalText.isBlank(scalar): return false
        case "\"", "'":
            if openQuotes.remove(scalar) != nil { return false }
            let isAfterWord = index > 0 && scalars[index - 1].properties.isAlphabetic
            if !isAfterDigit, !isAfterWord { openQuotes.insert(scalar) }
            return isAfterDigit
        case _ where Self.quotes.contains(scalar): return false
        case ".": return isBeforeDigit
        case "*": return isAfterDigit || isBeforeDigit
        default: return true
        }
    }

    // MARK: Words

    private mutating func hanRun() -> Lexeme {
        let start = index
        index += 1
        while let scalar = peek(0), NormalText.isHan(scalar), !startsChineseNumber() { index += 1 }
        return .han(Array(scalars[start..<index]))
    }

    private mutating func word() -> Lexeme {
        let isFirst = isAtStart
        let start = index
        let surface = name(from: start)
        if isName(surface, isFirst: isFirst) {
            // `ENTER7秒` ends in a number of its own.
            let unit = surface.last?.isNumber == true ? chineseUnit() ?? spacedChineseUnit() : nil
            return .fact(Statement.Fact(text: surface, unit: unit ?? ""))
        }
        let folded = surface.lowercased()
        if let number = numberInWords(folded, from: start) { return number }
        let word = Units.isCaseSensitive(surface) ? surface : folded
        let isProper =
            surface.first?.isUppercase == true && (!isFirst || surface.dropFirst().contains(where: \.isUppercase))
        return .word(word, isProper: isProper && !isShouted)
    }

    /// Letters and digits, joined by marks that have a letter or digit on both sides.
    mutating func name(from start: Int) -> String {
        index = start
        while let scalar = peek(0) {
            if isNameScalar(scalar) {
                index += 1
            } else if "-_.:'#+".unicodeScalars.contains(scalar), let next = peek(1), isNameScalar(next), index > start {
                index += 2
            } else {
                break
            }
        }
        return text(start..<max(index, start + 1))
    }

    private func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        NormalText.isDigit(scalar)
            || scalar.properties.isAlphabetic && !NormalText.isHan(scalar) && !NormalText.isCircled(scalar)
    }

    /// A part, terminal, parameter or code: it holds a digit, or capitals that no word has.
    private func isName(_ surface: String, isFirst: Bool) -> Bool {
        if surface.unicodeScalars.contains(where: NormalText.isDigit) { return true }
        guard !CommonWords.contains(surface.lowercased()) else { return false }
        if surface.count == 1 {
            return surface.first?.isUppercase == true && !(isFirst && surface == "A") && surface != "I"
        }
        if isShouted, surface.allSatisfy(\.isUppercase) { return false }
        return surface.dropFirst().contains(where: \.isUppercase)
    }

    /// `FINDA DIDN'T TRIGGER`: two words or more, all in capitals. Chinese text has only the names in Latin letters.
    private static func isShouted(_ sentence: [Unicode.Scalar]) -> Bool {
        guard !sentence.contains(where: NormalText.isHan) else { return false }
        let words = sentence.split { !($0.properties.isAlphabetic || NormalText.isDigit($0)) }
            .filter { word in
                word.count > 1 && word.allSatisfy(NormalText.isASCIILetter)
                    && Units.canonical(String(String.UnicodeScalarView(word))) == nil
            }
        return words.count > 1 && words.allSatisfy { $0.allSatisfy { ("A"..."Z").contains($0) } }
    }
}
