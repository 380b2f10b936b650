import Domain

/// Decides whether the passages that a step cites support it. Pure: equal input, equal decision.
struct StepCheck: Sendable {
    private let evidence: [Evidence]
    private let message: [Statement]

    /// Share of a sentence that may come from the message when the passage cannot be compared word for word.
    private static let echoShare = 0.5

    enum Decision: Hashable {
        /// `cite`: those of the cited passages that do support it. `isWordForWord`: in the language of the first.
        case supported(cite: [String], isWordForWord: Bool)
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
        guard !GuardWords.startsWithSignalWord(normal) else { return .rejected(.signalWord) }
        let claims = Statement.read(normal)
        guard !claims.isEmpty else { return .rejected(.nothingSaid) }
        let language = StepCheck.language(of: normal, claims)
        var supporting: [Evidence] = []
        var rejections: [StepRejection] = []
        for passage in cited {
            if let rejection = rejection(of: claims, normal, in: language, by: passage) {
                rejections.append(rejection)
            } else {
                supporting.append(passage)
            }
        }
        guard let first = supporting.first else { return .rejected(rejections[0]) }
        return .supported(cite: supporting.map(\.id), isWordForWord: StepCheck.isComparable(language, first))
    }

    /// Whether a text can be compared word for word with all the passages that it cites.
    func isComparable(_ text: String, cite: [String]) -> Bool {
        let normal = NormalText.scalars(text)
        let language = StepCheck.language(of: normal, Statement.read(normal))
        return evidence.filter { cite.contains($0.id) }.allSatisfy { StepCheck.isComparable(language, $0) }
    }

    private static func isComparable(_ language: Language?, _ passage: Evidence) -> Bool {
        language.map(passage.isWritten(in:)) ?? true
    }

    /// Nil for facts without words, which are of any language.
    private static func language(of text: [Unicode.Scalar], _ claims: [Statement]) -> Language? {
        claims.allSatisfy { $0.tokens.count == $0.facts.count } ? nil : Language(of: text)
    }

    private func rejection(
        of claims: [Statement], _ text: [Unicode.Scalar], in language: Language?, by passage: Evidence
    ) -> StepRejection? {
        if let mark = passage.foreignMark(in: text) { return .foreignMark(String(mark)) }
        if StepCheck.isComparable(language, passage) { return passage.rejection(of: claims) }
        for claim in claims {
            if let rejection = passage.rejectionAcrossLanguages(of: claim) { return rejection }
            let echoed = message.map { claim.tokens.commonSubsequenceCount($0.tokens) }.max() ?? 0
            if Double(echoed) >= Self.echoShare * Double(claim.tokens.count) { return .echoedMessage }
        }
        return nil
    }
}

extension Language {
    /// Chinese as soon as one Chinese character stands in it: part names are Latin in Chinese sentences.
    init(of text: [Unicode.Scalar]) {
        self = text.contains(where: NormalText.isHan) ? .traditionalChinese : .english
    }
}
