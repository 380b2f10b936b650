/// Guesses what follows in a text from what followed the same tokens earlier in it: answers copy their manuals.
///
/// Source: Saxena, Prompt Lookup Decoding, 2023. A copy that goes on is followed before a newer occurrence is looked for.
struct PromptLookup {
    private struct Three: Hashable {
        let first: Int32
        let second: Int32
        let third: Int32
    }

    private struct Two: Hashable {
        let first: Int32
        let second: Int32
    }

    private var tokens: [Int32] = []
    /// Where the token behind the latest occurrence of each run of tokens is.
    private var afterThree: [Three: Int] = [:]
    private var afterTwo: [Two: Int] = [:]
    /// Where the copy would go on.
    private var source: Int?
    /// Where the last copy that went on for some tokens ended: the next one often starts soon behind it.
    private var lastEnd: Int?
    private var copied = 0

    /// Tokens of a copy from which on its end is remembered.
    private static let rememberedCopy = 4

    init(_ tokens: [Int32] = []) {
        self.tokens.reserveCapacity(tokens.count + 256)
        for token in tokens { append(token) }
    }

    /// Takes the text's next token.
    mutating func append(_ token: Int32) {
        if let source, tokens[source] == token {
            self.source = source + 1
            copied += 1
        } else {
            if copied >= Self.rememberedCopy { lastEnd = source }
            source = nil
            copied = 0
        }
        tokens.append(token)
        let end = tokens.count
        guard end >= 2 else { return }
        let two = Two(first: tokens[end - 2], second: token)
        let three = end >= 3 ? Three(first: tokens[end - 3], second: tokens[end - 2], third: token) : nil
        if source == nil { source = three.flatMap { afterThree[$0] } ?? afterTwo[two] }
        afterTwo[two] = end
        if let three { afterThree[three] = end }
    }

    /// What probably follows; empty without a guess.
    ///
    /// - Parameter limit: tokens at most.
    func continuation(limit: Int) -> ArraySlice<Int32> {
        guard let source, source < tokens.count else { return [] }
        return tokens[source..<min(source + limit, tokens.count)]
    }

    /// What followed the last longer copy, for the place where another one may begin.
    ///
    /// - Parameter limit: tokens at most.
    func resumption(limit: Int) -> ArraySlice<Int32> {
        guard let lastEnd, lastEnd < tokens.count else { return [] }
        return tokens[lastEnd..<min(lastEnd + limit, tokens.count)]
    }
}
