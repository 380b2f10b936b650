import Domain

/// A passage taken apart, for checking the sentences that claim to repeat it.
struct Evidence: Sendable {
    let id: String
    private let languages: Set<Language>
    /// Sentences that follow one another in the manual.
    private let runs: [[Statement]]
    private let marks: Set<Unicode.Scalar>
    private let words: Set<String>
    private let characters: Set<Unicode.Scalar>

    /// Share of a sentence's words that must be the passage's, in its order.
    static let wordShare = 0.8

    init(_ offered: OfferedPassage) {
        id = offered.id
        let text = NormalText.scalars(offered.lines.joined(separator: "\n"))
        languages = [offered.passage.manual.language, Language(of: text)]
        let remedies = offered.passage.remedies.flatMap { Statement.read($0) }
        let escalation = offered.passage.escalation.map { Statement.read($0) } ?? []
        let known = remedies + escalation
        // Where the importer knows the remedies, only they count: a cause must not become a step.
        runs = remedies.isEmpty ? [Statement.read(text), known] : [remedies, escalation]
        marks = Set(text.filter(Evidence.isTelling))
        words = Set((Statement.read(text) + known).flatMap(\.tokens))
        characters = Set(text + known.flatMap { $0.tokens.flatMap(\.unicodeScalars) })
    }

    /// Marks that could be markup, a link or code.
    static func isTelling(_ scalar: Unicode.Scalar) -> Bool { "<>{}[]|\\`$@#&*_=^".unicodeScalars.contains(scalar) }

    /// Whether sentences of this language are compared word for word.
    func isWritten(in language: Language) -> Bool { languages.contains(language) }

    func foreignMark(in text: [Unicode.Scalar]) -> Unicode.Scalar? {
        text.first { Evidence.isTelling($0) && !marks.contains($0) }
    }

    /// Checks the sentences of one step in the passage's language.
    ///
    /// Together they must repeat sentences that follow one another: half of one remedy joined to half of another is a
    /// remedy that nobody wrote, though the passage has each half.
    /// - Parameter claims: at least one.
    /// - Returns: nil when the passage supports them.
    func rejection(of claims: [Statement]) -> StepRejection? {
        for claim in claims {
            let facts = Set(claim.facts.map(\.description))
            let stranger = claim.tokens.first { !facts.contains($0) && !knows($0) }
            if let stranger { return .foreignWord(stranger) }
        }
        let isSupported = runs.contains { run in
            run.indices.contains { start in
                start + claims.count <= run.count
                    && claims.indices.allSatisfy { match(claims[$0], run[start + $0]).rejection(of: claims[$0]) == nil }
            }
        }
        if isSupported { return nil }
        for claim in claims {
            guard let best = bestMatch(claim) else { return .foreignWords(share: 0) }
            if let rejection = best.rejection(of: claim) { return rejection }
        }
        return .stitched
    }

    /// Checks a sentence in another language: only its facts can be compared. They must stand together in one
    /// sentence, in any order, for languages differ in it.
    func rejectionAcrossLanguages(of claim: Statement) -> StepRejection? {
        let wanted = Set(claim.facts)
        let stand = wanted.isEmpty || runs.joined().contains { wanted.isSubset(of: $0.facts) }
        return stand ? nil : .changedFacts(claim.facts.map(\.description))
    }

    /// A word that stands nowhere in the passage was made up, however well the rest of the sentence fits. A pair of
    /// Chinese characters may meet only in the claim, where words between them were left out.
    private func knows(_ token: String) -> Bool {
        words.contains(token)
            || Language(of: Array(token.unicodeScalars)) == .traditionalChinese
                && token.unicodeScalars.allSatisfy(characters.contains)
    }

    private struct Match {
        let statement: Statement
        let factsStand: Bool
        /// Of the claim's tokens.
        let share: Double
        /// Of the sentence's tokens: between two that hold the claim, the shorter one is meant.
        let precision: Double

        /// - Returns: nil when the sentence supports the claim.
        func rejection(of claim: Statement) -> StepRejection? {
            guard factsStand else { return .changedFacts(claim.facts.map(\.description)) }
            guard share >= Evidence.wordShare else { return .foreignWords(share: share) }
            if let action = claim.tokens.first, !statement.tokens.contains(action) { return .changedAction(action) }
            guard claim.reservations == statement.reservations else { return .changedReservation }
            guard claim.directions.isSubsequence(of: statement.directions) else { return .changedDirection }
            return nil
        }

        func isBetter(than other: Match) -> Bool {
            (share, factsStand ? 1 : 0, precision) > (other.share, other.factsStand ? 1 : 0, other.precision)
        }
    }

    /// - Parameter claim: with tokens, as every statement that was read has.
    private func bestMatch(_ claim: Statement) -> Match? {
        var best: Match?
        for statement in runs.joined() {
            let match = match(claim, statement)
            if best.map(match.isBetter(than:)) ?? true { best = match }
        }
        return best
    }

    private func match(_ claim: Statement, _ statement: Statement) -> Match {
        let common = Double(claim.tokens.commonSubsequenceCount(statement.tokens))
        return Match(
            statement: statement, factsStand: claim.facts.isRun(of: statement.facts),
            share: common / Double(claim.tokens.count), precision: common / Double(statement.tokens.count))
    }
}
