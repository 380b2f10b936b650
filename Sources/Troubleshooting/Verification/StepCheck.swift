import Domain

/// Decides whether the passages that a step cites support it. Pure: equal input, equal decision.
struct StepCheck: Sendable {
    private let evidence: [Evidence]
    private let message: [Statement]

    /// Share of a sentence that may come from the message when the passage cannot be compared word for word.
    private static let echoShare = 0.5

    enum Decision: Hashable {
        /// `cite`: those of the cited passages that do support it, word for word if any does so.
        case supported(cite: [String], isWordForWord: Bool)
        /// The step says, word for word, only a part of this remedy: the whole must be shown instead.
        case part(of: String, cite: String)
        case rejected(StepRejection)
    }

    init(passages: [OfferedPassage], message: String?) {
        evidence = passages.map(Evidence.init)
        self.message = Statement.read(UntrustedText.line(message ?? "", limit: PromptBuilder.messageLimit))
    }

    func decide(_ text: String, cite: [String]) -> Decision {
        let cited = evidence.filter { cite.contains($0.id) }
        guard !cited.isEmpty else { return .rejected(.foreignCite) }
        guard !text.unicodeScalars.contains(where: UntrustedText.isInvisible) else {
            return .rejected(.invisibleCharacters)
        }
        let normal = NormalText.scalars(text)
        guard !SignalWords.start(normal) else { return .rejected(.signalWord) }
        let claims = Statement.read(normal)
        guard !claims.isEmpty else { return .rejected(.nothingSaid) }

        let matches = cited.map { $0.match(claims) }
        let whole = zip(cited, matches).filter { if case .whole = $0.1 { true } else { false } }.map(\.0.id)
        if !whole.isEmpty { return .supported(cite: whole, isWordForWord: true) }
        for case (let passage, .part(let remedy)) in zip(cited, matches) {
            return .part(of: remedy, cite: passage.id)
        }
        let rejections = cited.map { rejection(of: claims, normal, by: $0) }
        let supporting = zip(cited, rejections).filter { $0.1 == nil }.map(\.0.id)
        if let rejection = rejections[0], supporting.isEmpty { return .rejected(rejection) }
        return .supported(cite: supporting, isWordForWord: false)
    }

    /// Whether a text can be compared word for word with all the passages that it cites.
    func isComparable(_ text: String, cite: [String]) -> Bool {
        let claims = Statement.read(text)
        return evidence.filter { cite.contains($0.id) }.allSatisfy { $0.isComparable(claims) }
    }

    /// Of sentences that do not stand in the passage word for word.
    /// - Returns: nil when they may be a translation.
    private func rejection(
        of claims: [Statement], _ text: [Unicode.Scalar], by passage: Evidence
    ) -> StepRejection? {
        if let mark = passage.foreignMark(in: text) { return .foreignMark(String(mark)) }
        if let word = passage.foreignMixture(in: text) { return .mixedScripts(word) }
        if passage.isComparable(claims) { return passage.rejection(of: claims) }
        if !claims.contains(where: { $0.letters.language == .traditionalChinese }), Scripts.joinsHanToLatin(text) {
            return .mixedScripts(String(String.UnicodeScalarView(text)))
        }
        for claim in claims {
            if let rejection = passage.rejectionAcrossLanguages(of: claim) { return rejection }
            let echoed = message.map { claim.tokens.commonSubsequenceCount($0.tokens) }.max() ?? 0
            if Double(echoed) >= Self.echoShare * Double(claim.tokens.count) { return .echoedMessage }
        }
        return nil
    }
}
