import Domain

/// Whether a step says a remedy, held against that remedy alone: what two remedies of a passage support together, or
/// another one of them, is no wording of this one.
struct PositionCheck: Sendable {
    private let check: StepCheck
    /// In any language.
    let facts: Set<Statement.Fact>
    /// The text but for blanks and the mark at its end.
    let wording: [Unicode.Scalar]

    /// The only passage that the check knows.
    private static let id = "p1"

    /// - Parameters:
    ///   - texts: remedies that follow one another in the passage.
    ///   - passage: whose language and place they have.
    init(_ texts: [String], of passage: Passage) {
        let alone = Passage(
            id: passage.id, manual: passage.manual, kind: passage.kind, page: passage.page, heading: passage.heading,
            codes: passage.codes, title: nil, text: texts.joined(separator: "\n"), remedies: texts, escalation: nil,
            safety: [])
        check = StepCheck(passages: [OfferedPassage(index: 0, passage: alone)], message: nil)
        facts = Set(texts.flatMap { Statement.read($0) }.flatMap(\.facts))
        wording = texts.flatMap(PositionCheck.wording)
    }

    func supports(_ text: String) -> Bool {
        if case .supported = check.decide(text, cite: [PositionCheck.id]) { true } else { false }
    }

    static func wording(_ text: String) -> [Unicode.Scalar] {
        var kept = NormalText.scalars(text).filter { !NormalText.isBlank($0) }
        while let last = kept.last, ".。;；,，!\n".unicodeScalars.contains(last) { kept.removeLast() }
        return kept
    }

    /// From 0 to 1, for equal wordings.
    func likeness(to other: [Unicode.Scalar]) -> Double {
        let common = wording.commonSubsequenceCount(other)
        return 2 * Double(common) / Double(max(1, wording.count + other.count))
    }
}
