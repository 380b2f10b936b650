/// Writes the procedure of one record: each position of it once, in its order, in the draft's words where a step of the
/// draft says just that position, else verbatim.
///
/// A step that is missing makes a procedure dangerous ("switch off, wait 10 minutes" before "open the cover"), and so
/// does one in another place. So a step of the draft never decides what is done or when: it lends its words to the next
/// position that it says, and the positions before that one are filled in. What was written is never changed, so it may
/// be shown at once.
struct ProcedureDraft {
    struct Line: Sendable, Hashable {
        let action: String
        let cite: String
    }

    let record: Record
    /// One for each position from the first on.
    private(set) var lines: [Line] = []
    /// Steps of the draft that say a position, in its words or in part.
    private(set) var placedSteps = 0
    /// Steps that were taken and then turned out to have no place.
    private(set) var droppedSteps = 0
    /// Translated steps whose positions are not known yet: the next ones, if there are as many.
    private var pending: [(action: String, facts: Facts)] = []
    private lazy var checks = record.positions.map { PositionCheck([$0.text], of: record.passages[0].passage) }

    init(_ record: Record) { self.record = record }

    var isComplete: Bool { lines.count == record.positions.count }

    /// Takes a verified step in the record's language.
    ///
    /// Of the positions that are left, it is at the first one that has its very words, else at the most alike. Its words
    /// stand there only where they are the remedy's own: "turn screw S1" lacks "clockwise", and a step that is true to
    /// its passage may still be another remedy's.
    ///
    /// - Returns: false when it says no position that is left.
    mutating func place(_ step: String) -> Bool {
        let checks = checks
        let wording = PositionCheck.wording(step)
        let said = checks.indices.filter { checks[$0].supports(step) }
        guard !said.isEmpty else { return placeJoined(step) }
        let open = said.filter { $0 >= lines.count }
        let exact = open.filter { checks[$0].wording == wording }
        guard let own = next(of: exact.isEmpty ? open : exact, saying: wording) else { return false }
        fill(upTo: own)
        write(checks[own].wording == wording ? step : record.positions[own].text, at: own)
        placedSteps += 1
        return true
    }

    /// Of positions that a step says, the one that it is taken for: behind the translated steps that wait for theirs,
    /// else the first of those most alike.
    private mutating func next(of open: [Int], saying wording: [Unicode.Scalar]) -> Int? {
        let checks = checks
        let following = lines.count + pending.count
        if !pending.isEmpty, open.contains(following) { return following }
        let likeness = open.map { checks[$0].likeness(to: wording) }
        return zip(open, likeness).reduce(nil) { (best: (Int, Double)?, candidate) in
            guard let best, best.1 >= candidate.1 else { return candidate }
            return best
        }?.0
    }

    /// Takes a verified step in another language, of which only the facts can be compared.
    ///
    /// - Returns: false when its position was written before, or it has none.
    mutating func placeTranslation(_ step: String) -> Bool {
        let checks = checks
        let facts = Facts(step)
        guard !facts.isEmpty else {
            pending.append((step, facts))
            return true
        }
        let said = checks.indices.filter { facts.stand(in: checks[$0].facts) }
        guard let own = said.first else { return false }
        guard said.count == 1 else {
            pending.append((step, facts))
            return true
        }
        guard own >= lines.count else { return false }
        fill(upTo: own)
        write(checks[own].facts == facts ? step : record.positions[own].text, at: own)
        placedSteps += 1
        return true
    }

    /// Ends the draft: the positions that are left follow.
    mutating func finish() { fill(upTo: record.positions.count) }

    /// A step that joins remedies becomes these remedies.
    private mutating func placeJoined(_ step: String) -> Bool {
        let count = record.positions.count
        let mostJoined = Statement.read(step).count
        guard mostJoined > 1 else { return false }
        for start in record.positions.indices {
            let ends = (start + 2)..<max(start + 2, min(start + mostJoined, count) + 1)
            for end in ends where end > lines.count {
                let texts = record.positions[start..<end].map(\.text)
                guard PositionCheck(texts, of: record.passages[0].passage).supports(step) else { continue }
                fill(upTo: start)
                fill(upTo: end)
                placedSteps += 1
                return true
            }
        }
        return false
    }

    /// Translated steps are believed to follow the record one to one when they are as many as its positions and have
    /// the same facts; else the record speaks itself.
    private mutating func fill(upTo end: Int) {
        let checks = checks
        let gap = Array(lines.count..<max(lines.count, end))
        let fits = pending.count == gap.count && zip(gap, pending).allSatisfy { checks[$0].facts == $1.facts }
        for (offset, index) in gap.enumerated() {
            write(fits ? pending[offset].action : record.positions[index].text, at: index)
        }
        if fits { placedSteps += pending.count } else { droppedSteps += pending.count }
        pending = []
    }

    private mutating func write(_ action: String, at index: Int) {
        lines.append(Line(action: action, cite: record.positions[index].cite))
    }
}
