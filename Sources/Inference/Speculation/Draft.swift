/// Tokens that may follow in a text, to be checked by the model in one pass.
struct Draft {
    /// A token that the grammar leaves no choice about, but for where the next token's border is.
    static let forcedConfidence = 0.97

    private(set) var tokens: [Int32] = []
    /// What restricts the token after each of ``tokens``; empty for a text without a constraint.
    private(set) var constraints: [any TokenMask] = []
    /// The probability that a token and all before it are right.
    private(set) var gains: [Double] = []
    /// Tokens from this one on were looked up; those before are forced by the grammar.
    private(set) var lookedUpFrom = 0

    var count: Int { tokens.count }

    /// Appends tokens as far as a text's constraint takes them; one that completes it is left to the model.
    ///
    /// - Parameters:
    ///   - confidence: the probability of each, given that those before were right.
    ///   - areForced: whether the grammar asks for them.
    /// - Returns: whether all were taken.
    mutating func append(
        _ proposed: some Sequence<Int32>, confidence: Double, areForced: Bool, endOfGeneration: Set<Int32>,
        constraint: (any TokenMask)?
    ) -> Bool {
        var state = constraints.last ?? constraint
        for token in proposed {
            guard !endOfGeneration.contains(token), (try? state?.advance(token)) != nil || state == nil,
                state?.isComplete != true
            else { return false }
            tokens.append(token)
            if let state { constraints.append(state) }
            gains.append((gains.last ?? 1) * confidence)
        }
        if areForced { lookedUpFrom = count }
        return true
    }

    mutating func shorten(to limit: Int) {
        guard limit < count else { return }
        tokens.removeLast(count - limit)
        gains.removeLast(gains.count - limit)
        if !constraints.isEmpty { constraints.removeLast(constraints.count - limit) }
    }
}
