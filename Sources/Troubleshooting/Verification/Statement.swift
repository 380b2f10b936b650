import Domain

/// A sentence taken apart into what can be compared.
struct Statement: Sendable, Hashable {
    /// Words, pairs of neighbouring Chinese characters, facts and marks, in order: two sentences with equal tokens say
    /// the same. Only what says nothing is left out: articles, politeness, quotes and the period at the end.
    private(set) var tokens: [String] = []
    private(set) var facts: [Fact] = []
    /// Letters of words, by language, outside of names, codes, units and brackets.
    private(set) var letters = Letters()
    /// Words outside of brackets that are no names.
    private(set) var plainWords: [String] = []
    /// Words that are capitalised as names are.
    private(set) var properWords: [String] = []
    /// Chinese characters that follow one another.
    private(set) var hanRuns: [String] = []
    /// Whether Chinese characters stand outside of brackets.
    private(set) var hasOpenHan = false

    /// A number with its unit and sign, or a name of letters and digits: never to be changed.
    struct Fact: Sendable, Hashable, CustomStringConvertible {
        /// Without sign and unit.
        let text: String
        /// `≥`, `±`, `-` …; empty for most.
        var sign = ""
        /// Canonical; empty for a bare number or a name.
        var unit = ""

        var description: String { unit.isEmpty ? sign + text : "\(sign)\(text) \(unit)" }
        fileprivate var isNumber: Bool { text.unicodeScalars.first.map(NormalText.isDigit) == true }
    }

    struct Letters: Sendable, Hashable {
        var latin = 0
        var han = 0

        static func + (left: Letters, right: Letters) -> Letters {
            Letters(latin: left.latin + right.latin, han: left.han + right.han)
        }

        /// Of the most; nil without letters.
        var language: Language? { latin + han == 0 ? nil : han >= latin ? .traditionalChinese : .english }
    }

    /// The sentences of a text that say something.
    static func read(_ text: String) -> [Statement] { read(NormalText.scalars(text)) }

    static func read(_ normalized: [Unicode.Scalar]) -> [Statement] {
        NormalText.sentences(normalized).map { Statement(sentence: $0) }.filter { !$0.tokens.isEmpty }
    }

    /// Two statements read as one.
    init(_ first: Statement, _ second: Statement) {
        tokens = first.tokens + second.tokens
        facts = first.facts + second.facts
        letters = first.letters + second.letters
        plainWords = first.plainWords + second.plainWords
        properWords = first.properWords + second.properWords
        hanRuns = first.hanRuns + second.hanRuns
        hasOpenHan = first.hasOpenHan || second.hasOpenHan
    }

    init(sentence: [Unicode.Scalar]) {
        var parts: [Part] = []
        var lastFact: Int?
        var bracketed = Letters()
        var depth = 0
        var lexer = StatementLexer(sentence)
        while let lexeme = lexer.next() {
            switch lexeme {
            case .fact(let fact):
                lastFact = parts.count
                parts.append(.fact(fact))
            case .unitOfPrevious(let unit):
                guard let last = lastFact, case .fact(var fact) = parts[last] else { continue }
                fact.unit = unit
                parts[last] = .fact(fact)
            case .word(let word, let isProper):
                parts.append(.word(word))
                guard !isProper else {
                    properWords.append(word)
                    continue
                }
                if depth == 0 { plainWords.append(word) }
                guard !Units.isCaseSensitive(word) else { continue }
                if depth > 0 { bracketed.latin += word.count } else { letters.latin += word.count }
            case .han(let run):
                // Quotes and blanks within Chinese text are as silent as elsewhere.
                if case .han(let start) = parts.last {
                    parts[parts.count - 1] = .han(start + run)
                } else {
                    parts.append(.han(run))
                }
                if depth > 0 { bracketed.han += run.count } else { letters.han += run.count }
            case .mark(let mark):
                parts.append(.mark(mark))
                if "([{【〔".unicodeScalars.contains(mark) { depth += 1 }
                if ")]}】〕".unicodeScalars.contains(mark) { depth = max(0, depth - 1) }
            }
        }
        hasOpenHan = letters.han > 0
        if letters.language == nil { letters = bracketed }
        facts = parts.compactMap(\.asFact)
        hanRuns = parts.compactMap { if case .han(let run) = $0 { String(String.UnicodeScalarView(run)) } else { nil } }
        tokens = parts.indices.flatMap { Self.tokens(of: parts, at: $0) }
    }
}

// MARK: Tokens

extension Statement {
    private enum Part {
        case fact(Fact)
        case word(String)
        case han([Unicode.Scalar])
        case mark(Unicode.Scalar)

        var asFact: Fact? { if case .fact(let fact) = self { fact } else { nil } }
        var asNumber: Fact? { asFact.flatMap { $0.isNumber ? $0 : nil } }
    }

    private static func tokens(of parts: [Part], at index: Int) -> [String] {
        let next = index + 1 < parts.count ? parts[index + 1] : nil
        if isRangeSign(parts, at: index) { return ["to"] }
        switch parts[index] {
        case .fact(let fact): return [fact.description]
        case .word(let word): return isSilent(word, before: next) ? [] : [word]
        case .mark(let mark): return [String(mark)]
        case .han(var run):
            let previous = index > 0 ? parts[index - 1] : nil
            // 請 before what is to be done is politeness; in 申請 it is not.
            if startsClause(after: previous), run.first == "請" { run.removeFirst() }
            return run.count == 1 ? [String(run[0])] : zip(run, run.dropFirst()).map { "\($0)\($1)" }
        }
    }

    private static func startsClause(after previous: Part?) -> Bool {
        switch previous {
        case nil: true
        case .mark(let mark): mark == "," || mark == "、"
        default: false
        }
    }

    /// `20–30`, `20 ~ 30`, `20至30` are `20 to 30`.
    private static func isRangeSign(_ parts: [Part], at index: Int) -> Bool {
        guard index > 0, index + 1 < parts.count, parts[index - 1].asNumber != nil,
            let end = parts[index + 1].asNumber, !end.sign.hasPrefix("-")
        else { return false }
        switch parts[index] {
        case .mark(let mark): return mark == "-" || mark == "~"
        case .han(let run): return run == ["至"] || run == ["到"]
        case .word, .fact: return false
        }
    }

    /// Articles and `please`. In `a few`, `a minute` and `terminal a` the `a` says something.
    private static func isSilent(_ word: String, before next: Part?) -> Bool {
        switch word {
        case "the", "please": return true
        case "a", "an":
            switch next {
            case .word(let noun): return !keepsArticle.contains(noun) && Units.canonical(noun) == nil
            case .fact(let fact): return !fact.isNumber
            default: return false
            }
        default: return false
        }
    }

    private static let keepsArticle: Set<String> = [
        "few", "little", "lot", "bit", "and", "or", "to", "is", "are", "in", "on", "at", "of", "from", "with", "if",
        "by", "for", "must", "may", "can", "shall", "should", "has", "will", "not", "hundred", "thousand", "dozen",
    ]
}
