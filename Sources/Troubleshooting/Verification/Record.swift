import Domain

/// What one record of a manual says to do, position by position: its passage, or the parts that a long section was cut
/// into.
struct Record: Sendable {
    struct Position: Sendable, Hashable {
        /// The remedy, verbatim.
        let text: String
        /// The passage that it stands in.
        let cite: String
    }

    let passages: [OfferedPassage]
    let positions: [Position]

    /// - Parameter readsLines: takes the lines of a passage without remedies for its positions.
    private init(_ passages: [OfferedPassage], readsLines: Bool) {
        self.passages = passages
        let remedies = passages.flatMap { part in part.passage.remedies.map { Position(text: $0, cite: part.id) } }
        let lines = passages.flatMap { part in part.lines.map { Position(text: $0, cite: part.id) } }
        positions = remedies.isEmpty && readsLines ? lines : remedies
    }

    /// The records of these passages, in their order.
    static func group(_ passages: [OfferedPassage], readsLines: Bool) -> [Record] {
        var groups: [[OfferedPassage]] = []
        for passage in passages {
            if let own = groups.firstIndex(where: { passage.passage.isPart(ofSectionOf: $0[0].passage) }) {
                groups[own].append(passage)
            } else {
                groups.append([passage])
            }
        }
        return groups.map { Record($0, readsLines: readsLines) }
    }

    /// What the answer's procedure cites.
    var id: String { passages[0].id }
    var ids: [String] { passages.map(\.id) }
    var cause: String? { passages.lazy.compactMap(\.passage.cause).first }

    var escalation: String? {
        let parts = passages.compactMap(\.passage.escalation).filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    /// A record that says neither what to do nor whom to call makes no procedure.
    var isProcedure: Bool { !positions.isEmpty || escalation != nil }

    /// Whether both are about the same fault, and may name two causes of it.
    func sharesCode(with other: Record) -> Bool {
        passages[0].passage.sharesCode(with: other.passages[0].passage)
    }
}

extension Passage {
    func sharesCode(with other: Passage) -> Bool {
        manual.machineModel == other.manual.machineModel && !Set(codes).isDisjoint(with: other.codes)
    }

    /// Whether the importer cut both from one section: a row is a record by itself.
    fileprivate func isPart(ofSectionOf other: Passage) -> Bool {
        kind == .section && other.kind == .section && !codes.isEmpty && codes == other.codes
            && heading == other.heading && !heading.isEmpty && manual == other.manual
    }
}
