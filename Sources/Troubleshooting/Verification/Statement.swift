/// A sentence taken apart into what can be compared.
struct Statement: Sendable, Hashable {
    /// Words, pairs of neighbouring Chinese characters, and facts, in order.
    private(set) var tokens: [String] = []
    private(set) var facts: [Fact] = []
    /// Negations, prohibitions and conditions, in order.
    private(set) var reservations: [String] = []
    /// Words that say what is done and which way, in order.
    private(set) var directions: [String] = []

    /// A number with its unit and sign, or a name of letters and digits: never to be changed.
    struct Fact: Sendable, Hashable, CustomStringConvertible {
        /// Without sign and unit.
        let text: String
        /// `≥`, `±`, `-` …; empty for most.
        var sign = ""
        /// Canonical; empty for a bare number or a name.
        var unit = ""

        var description: String { unit.isEmpty ? sign + text : "\(sign)\(text) \(unit)" }
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
        reservations = first.reservations + second.reservations
        directions = first.directions + second.directions
    }

    init(sentence: [Unicode.Scalar]) {
        var lastFactToken: Int?
        var lexer = StatementLexer(sentence)
        while let lexeme = lexer.next() {
            switch lexeme {
            case .fact(let fact):
                facts.append(fact)
                lastFactToken = tokens.count
                tokens.append(fact.description)
            case .unitOfPrevious(let unit):
                guard let last = facts.indices.last, let token = lastFactToken else { continue }
                facts[last].unit = unit
                tokens[token] = facts[last].description
            case .word(let word):
                if GuardWords.isReservation(word) { reservations.append(word) }
                if GuardWords.isDirection(word) { directions.append(word) }
                if !GuardWords.stopWords.contains(word) { tokens.append(word) }
            case .han(let run):
                add(run)
            }
        }
    }

    private mutating func add(_ run: [Unicode.Scalar]) {
        reservations += run.filter { GuardWords.isReservation($0) }.map(String.init)
        directions += run.filter { GuardWords.isDirection($0) }.map(String.init)
        let telling = run.filter { !GuardWords.chineseStops.contains($0) }
        if telling.count == 1 { tokens.append(String(telling[0])) }
        for (left, right) in zip(telling, telling.dropFirst()) { tokens.append("\(left)\(right)") }
    }
}
