import Domain

/// A passage as one prompt offers it to the model.
struct OfferedPassage: Sendable, Hashable {
    /// `p1`, `p2`, …: what a draft cites.
    let id: String
    let passage: Passage
    /// The lines that the model reads.
    let lines: [String]

    /// Bounds of one passage, in scalars and lines, whatever an importer made.
    static let lineLimit = 4_000
    static let headLimit = 400
    static let linesLimit = 200

    init(index: Int, passage: Passage) {
        id = "p\(index + 1)"
        self.passage = passage
        lines = Array(UntrustedText.lines(passage.text, lineLimit: Self.lineLimit).prefix(Self.linesLimit))
    }

    private init(_ whole: OfferedPassage, lines: [String]) {
        id = whole.id
        passage = whole.passage
        self.lines = lines
    }

    /// The passage with its `count` most useful lines in their own order: those with a remedy or the escalation come
    /// before causes and descriptions.
    func keeping(_ count: Int) -> OfferedPassage {
        let wanted = (passage.remedies + [passage.escalation].compactMap { $0 })
            .map { UntrustedText.line($0, limit: Self.lineLimit) }
        let useful = lines.indices.filter { index in wanted.contains { lines[index].contains($0) } }
        let rest = lines.indices.filter { !useful.contains($0) }
        let kept = (useful + rest).prefix(count).sorted()
        return OfferedPassage(self, lines: kept.map { lines[$0] })
    }

    /// As it stands in the prompt.
    var rendered: String {
        // The separator's own `>` is ours, so the parts are cleaned before they are joined.
        let parts = ([passage.manual.title] + passage.heading).map { UntrustedText.line($0, limit: Self.headLimit) }
        return "<passage id=\"\(id)\">\n" + parts.joined(separator: " > ") + "\n"
            + lines.map { $0 + "\n" }.joined() + "</passage>"
    }
}
