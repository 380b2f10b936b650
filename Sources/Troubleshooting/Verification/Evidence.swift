import Domain

/// A passage taken apart, for checking the sentences that claim to repeat it.
struct Evidence: Sendable {
    let id: String
    private let languages: Set<Language>
    private let remedies: [Remedy]
    /// Sentences that follow one another in the manual and may be repeated one by one.
    private let runs: [[Statement]]
    private let text: String
    private let marks: Set<Unicode.Scalar>
    private let words: Set<String>
    /// The first word of each sentence: mostly what is to be done.
    private let actions: Set<String>

    private struct Remedy {
        let text: String
        let sentences: [Statement]
    }

    init(_ offered: OfferedPassage) {
        id = offered.id
        let scalars = NormalText.scalars(offered.lines.joined(separator: "\n"))
        let sentences = Statement.read(scalars)
        let escalation = offered.passage.escalation.map { Statement.read($0) } ?? []
        remedies = offered.passage.remedies.map { Remedy(text: $0, sentences: Statement.read($0)) }
            .filter { !$0.sentences.isEmpty }
        // Where the importer knows the remedies, only they count: a cause must not become a step.
        runs = remedies.isEmpty ? [sentences, escalation] : [escalation]
        let known = remedies.flatMap(\.sentences) + escalation
        let spoken = remedies.isEmpty ? [sentences.reduce(Statement(sentence: [])) { Statement($0, $1) }] : known
        languages = Set(spoken.compactMap(\.letters.language) + [offered.passage.manual.language])
        marks = Set(scalars.filter(Evidence.isTelling))
        words = Set((sentences + known).flatMap(\.tokens))
        actions = Set((sentences + known).compactMap(\.tokens.first))
        text = ([String(String.UnicodeScalarView(scalars))] + known.flatMap(\.hanRuns)).joined(separator: "\n")
    }

    /// Marks that could be markup, a link or code.
    static func isTelling(_ scalar: Unicode.Scalar) -> Bool { "<>{}[]|\\`$@#&*_=^".unicodeScalars.contains(scalar) }

    func foreignMark(in text: [Unicode.Scalar]) -> Unicode.Scalar? {
        text.first { Evidence.isTelling($0) && !marks.contains($0) }
    }

    /// Whether these sentences are compared word for word: one of them is in a language of the passage, or none has
    /// words.
    func isComparable(_ claims: [Statement]) -> Bool {
        let spoken = claims.compactMap(\.letters.language)
        return spoken.isEmpty || spoken.contains(where: languages.contains)
    }

    // MARK: Word for word

    /// How the sentences of one step stand in the passage.
    enum Match {
        /// They are whole remedies that follow one another, the escalation, or, where the importer knows no remedies,
        /// sentences that follow one another.
        case whole
        /// They are a part of this remedy from the beginning of a sentence on.
        case part(of: String)
    }

    /// - Parameter claims: at least one.
    /// - Returns: nil when the passage does not support them.
    func match(_ claims: [Statement]) -> Match? {
        if isWhole(claims) { return .whole }
        let parts = Set(remedies.filter { Self.holds($0.sentences, beginningOf: claims) }.map(\.text))
        return parts.count == 1 ? parts.first.map { .part(of: $0) } : nil
    }

    private func isWhole(_ claims: [Statement]) -> Bool {
        let inRun = runs.contains { run in run.hasRun(claims) { $0.tokens == $1.tokens } }
        return inRun
            || remedies.indices.contains { start in
                var rest = claims[...]
                for remedy in remedies[start...] where !rest.isEmpty {
                    guard rest.starts(with: remedy.sentences, by: { $0.tokens == $1.tokens }) else { return false }
                    rest = rest.dropFirst(remedy.sentences.count)
                }
                return rest.isEmpty
            }
    }

    /// `turn screw S1` of `turn screw S1 clockwise`.
    private static func holds(_ sentences: [Statement], beginningOf claims: [Statement]) -> Bool {
        sentences.hasRun(claims) { sentence, claim in
            claim == claims.last ? sentence.tokens.starts(with: claim.tokens) : sentence.tokens == claim.tokens
        }
    }

    /// Why the passage does not support these sentences.
    func rejection(of claims: [Statement]) -> StepRejection {
        for claim in claims {
            let facts = Set(claim.facts.map(\.description))
            let stranger = claim.tokens.first { !facts.contains($0) && !knows($0) }
            if let stranger { return .foreignWord(stranger) }
        }
        let sentences = remedies.flatMap(\.sentences) + runs.joined()
        for claim in claims {
            let near = sentences.max { claim.similarity(to: $0) < claim.similarity(to: $1) }
            guard let near, near.tokens != claim.tokens else { continue }
            if near.facts != claim.facts { return .changedFacts(claim.facts.map(\.description)) }
            let common = zip(claim.tokens, near.tokens).prefix { $0 == $1 }.count
            return .changedWords(at: common < claim.tokens.count ? claim.tokens[common] : "")
        }
        return .stitched
    }

    /// A pair of Chinese characters may meet only in the claim, where words between them were left out.
    private func knows(_ token: String) -> Bool {
        words.contains(token)
            || token.unicodeScalars.allSatisfy { NormalText.isHan($0) && text.unicodeScalars.contains($0) }
    }

    // MARK: Across languages

    /// A word that mixes scripts, unless the passage has it: `cosφ`.
    func foreignMixture(in claim: [Unicode.Scalar]) -> String? {
        Scripts.mixedWords(in: claim).first { !text.contains($0) }
    }

    /// Checks a sentence in another language: only its facts can be compared. They must stand together in one
    /// sentence, in any order, for languages differ in it.
    func rejectionAcrossLanguages(of claim: Statement) -> StepRejection? {
        if let stranger = untranslated(in: claim) { return .foreignWord(stranger) }
        let wanted = Set(claim.facts)
        let sentences = remedies.flatMap(\.sentences) + runs.joined()
        let stand = wanted.isEmpty || sentences.contains { wanted.isSubset(of: $0.facts) }
        return stand ? nil : .changedFacts(claim.facts.map(\.description))
    }

    /// What a translation must not have in a language of the passage: in Chinese words that are not the passage's and
    /// what is to be done (`打開護罩，Press RESET`), in English all but a name in brackets.
    private func untranslated(in claim: Statement) -> String? {
        switch claim.letters.language {
        case .traditionalChinese:
            claim.plainWords.first { !words.contains($0) || actions.contains($0) }
                ?? claim.properWords.first(where: actions.contains)
        case .english: claim.hasOpenHan ? claim.hanRuns.first : claim.hanRuns.first { !text.contains($0) }
        case nil: nil
        }
    }
}

extension Statement {
    /// Common words by all words of both.
    fileprivate func similarity(to other: Statement) -> Double {
        Double(tokens.commonSubsequenceCount(other.tokens)) / Double(tokens.count + other.tokens.count)
    }
}
