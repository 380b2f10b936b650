/// A text's part of one step: tokens that it is known to go on with, and then drafted ones.
struct TextInStep {
    let text: TextInWork
    /// Tokens that are known and not evaluated, at least one.
    private(set) var knownCount = 1
    private(set) var draft = Draft()

    /// Drafted tokens of one text at most: beyond that a guess is rarely right all along.
    private static let longestDraft = 15

    init(text: TextInWork) { self.text = text }

    var columnCount: Int { knownCount + draft.count }

    /// Takes more known tokens, as far as the cache has room.
    ///
    /// - Returns: how many more.
    mutating func takeKnown(atMost limit: Int, room cache: inout PagedCache) -> Int {
        let more = min(limit, text.tokens.count - text.evaluated - 1)
        guard more > 0, reserve(text.evaluated + 1 + more, in: &cache) else { return 0 }
        knownCount += more
        return more
    }

    /// What may be drafted behind the known tokens; nothing while some of them are left for later.
    func draft(contextLength: Int) -> Draft {
        guard text.evaluated + knownCount == text.tokens.count else { return Draft() }
        // The last token of a text is chosen, not evaluated.
        let left = min(contextLength - text.tokens.count, text.tokensLeft) - 1
        return text.draft(limit: min(Self.longestDraft, left))
    }

    mutating func take(_ draft: Draft, atMost limit: Int, room cache: inout PagedCache) {
        var draft = draft
        draft.shorten(to: limit)
        guard draft.count > 0, reserve(text.evaluated + knownCount + draft.count, in: &cache) else { return }
        self.draft = draft
    }

    private func reserve(_ positions: Int, in cache: inout PagedCache) -> Bool {
        guard var place = text.place, cache.reserve(&place, positions: positions) else { return false }
        text.place = place
        return true
    }

    /// One for each token, in the order of positions.
    var columns: [PassRunner.Column] {
        guard let slot = text.place?.slot else { return [] }
        let tokens = text.tokens[text.evaluated..<text.evaluated + knownCount] + draft.tokens
        return tokens.enumerated().map { index, token in
            PassRunner.Column(
                token: token, position: text.evaluated + index, slot: slot, sampling: text.request.sampling,
                isMasked: text.isMasked && choosesAfter(index))
        }
    }

    /// Whether the choice after a column counts.
    private func choosesAfter(_ index: Int) -> Bool {
        text.evaluated + knownCount == text.tokens.count && index >= knownCount - 1
    }

    /// Hands over the masks of the text's columns.
    ///
    /// - Parameter write: gets the column's index among the text's, and what fills its mask in.
    func writeMasks(_ write: (Int, (inout [UInt32]) -> Void) throws -> Void) throws {
        guard text.isMasked, choosesAfter(knownCount - 1) else { return }
        try write(knownCount - 1) { text.mask(into: &$0) }
        for (index, constraint) in draft.constraints.enumerated() {
            try write(knownCount + index) { constraint.mask(into: &$0) }
        }
    }
}
