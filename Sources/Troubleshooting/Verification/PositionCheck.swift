import Domain

/// Whether a step says a remedy, held against that remedy alone: what two remedies of a passage support together, or
/// another one of them, is no wording of this one.
struct PositionCheck: Sendable {
    private let check: StepCheck
    /// In any language and order.
    let facts: Facts
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
        facts = Facts(texts.joined(separator: "\n"))
        wording = texts.flatMap(PositionCheck.wording)
    }

    func supports(_ text: String) -> Bool {
        if case .supported = check.decide(text, cite: [PositionCheck.id]) { true } else { false }
    }

    /// The words of a text, but for its articles, blanks, end mark and the case of its first letter: texts that are equal
    /// so are one and the same instruction.
    static func wording(_ text: String) -> [Unicode.Scalar] {
        let normal = String(String.UnicodeScalarView(NormalText.scalars(text)))
        let words = normal.split(whereSeparator: \.isWhitespace).filter { $0 != "the" && $0 != "The" }
        let joined = words.joined()
        var kept = Array((joined.prefix(1).lowercased() + joined.dropFirst()).unicodeScalars)
        while let last = kept.last, ".。;；,，!".unicodeScalars.contains(last) { kept.removeLast() }
        return kept
    }

    /// From 0 to 1, for equal wordings.
    func likeness(to other: [Unicode.Scalar]) -> Double {
        let common = wording.commonSubsequenceCount(other)
        return 2 * Double(common) / Double(max(1, wording.count + other.count))
    }
}

/// The facts of a text, each as often as it stands there.
struct Facts: Sendable, Hashable {
    private let counts: [Statement.Fact: Int]

    init(_ text: String) {
        counts = Dictionary(Statement.read(text).flatMap(\.facts).map { ($0, 1) }, uniquingKeysWith: +)
    }

    var isEmpty: Bool { counts.isEmpty }

    /// Whether all of them stand in the other text.
    func stand(in other: Facts) -> Bool { counts.keys.allSatisfy { other.counts[$0] != nil } }
}
