import Domain

/// A passage taken apart, for checking the sentences that claim to repeat it.
struct Evidence: Sendable {
    let id: String
    private let languages: Set<Language>
    private let statements: [Statement]
    private let marks: Set<Unicode.Scalar>
    private let words: Set<String>
    private let characters: Set<Unicode.Scalar>

    /// Share of a sentence's words that must be the passage's, in its order.
    static let wordShare = 0.8

    init(_ offered: OfferedPassage) {
        id = offered.id
        let text = NormalText.scalars(offered.lines.joined(separator: "\n"))
        languages = [offered.passage.manual.language, Language(of: text)]
        // An importer knows where a remedy begins and ends even where nothing in the text tells.
        let known = (offered.passage.remedies + [offered.passage.escalation].compactMap { $0 })
            .flatMap { Statement.read($0) }
        if offered.passage.kind == .faultRow, !offered.passage.remedies.isEmpty {
            // A row's cause must not become a step.
            statements = known
        } else {
            let shown = Statement.read(text)
            statements = shown + known.filter { !shown.contains($0) }
        }
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

    /// Checks a sentence in the passage's language.
    /// - Returns: nil when the passage supports it.
    func rejection(of claim: Statement) -> StepRejection? {
        guard let best = bestMatch(claim) else { return .foreignWords(share: 0) }
        guard best.factsStand else { return .changedFacts(claim.facts.map(\.description)) }
        guard best.share >= Self.wordShare else { return .foreignWords(share: best.share) }
        if let stranger = claim.tokens.first(where: { !knows($0) }) { return .foreignWord(stranger) }
        if let action = claim.tokens.first, !best.statement.tokens.contains(action) { return .changedAction(action) }
        guard claim.reservations == best.statement.reservations else { return .changedReservation }
        guard claim.directions.isSubsequence(of: best.statement.directions) else { return .changedDirection }
        return nil
    }

    /// Checks a sentence in another language: only its facts can be compared. They must stand together in one
    /// sentence, in any order, for languages differ in it.
    func rejectionAcrossLanguages(of claim: Statement) -> StepRejection? {
        let wanted = Set(claim.facts)
        let stand = wanted.isEmpty || statements.contains { wanted.isSubset(of: $0.facts) }
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

        func isBetter(than other: Match) -> Bool {
            (share, factsStand ? 1 : 0, precision) > (other.share, other.factsStand ? 1 : 0, other.precision)
        }
    }

    /// - Parameter claim: with tokens, as every statement that was read has.
    private func bestMatch(_ claim: Statement) -> Match? {
        var best: Match?
        for statement in statements {
            let common = Double(claim.tokens.commonSubsequenceCount(statement.tokens))
            let match = Match(
                statement: statement, factsStand: claim.facts.isRun(of: statement.facts),
                share: common / Double(claim.tokens.count), precision: common / Double(statement.tokens.count))
            if best.map(match.isBetter(than:)) ?? true { best = match }
        }
        return best
    }
}
