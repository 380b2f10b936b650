import Domain

/// Counts what was done against a fault, and how often it helped.
struct RepairTally {
    /// The latest records of one code that are counted.
    static let mostRecords = 500
    private static let mostActions = 5
    /// Share of the shorter text's terms that two texts have in common when they mean the same.
    private static let leastOverlap = 0.6

    private struct Entry {
        var action: String
        var terms: Set<String>
        var step: Int?
        var times = 0
        var fixed = 0
        var last: String?
    }

    private var entries: [Entry] = []
    private var fixed = 0
    private let count: Int

    /// - Parameters:
    ///   - records: the latest first.
    ///   - remedies: the manual's, in its order.
    init(_ records: [RepairRecord], remedies: [String]) {
        count = records.count
        let remedyTerms = remedies.map(RepairTally.terms)
        for record in records {
            let terms = RepairTally.terms(record.action)
            let step =
                RepairTally.namedStep(in: record.action, of: remedies.count)
                ?? RepairTally.nearest(to: terms, among: remedyTerms).map { $0 + 1 }
            let index =
                entries.firstIndex { step != nil ? $0.step == step : $0.step == nil && $0.terms == terms }
                ?? entries.count
            if index == entries.count {
                let action = step.map { remedies[$0 - 1] } ?? record.action
                entries.append(Entry(action: action, terms: terms, step: step, last: record.day))
            }
            entries[index].times += 1
            if record.outcome == .fixed {
                entries[index].fixed += 1
                fixed += 1
            }
        }
    }

    func history(of code: FaultCode, model: MachineModel, sources: [String]) -> RepairHistory {
        let ranked = entries.enumerated().sorted { left, right in
            (right.element.fixed, right.element.times, left.offset)
                < (left.element.fixed, left.element.times, right.offset)
        }
        return RepairHistory(
            code: code, machineModel: model, records: count, fixed: fixed,
            actions: ranked.prefix(RepairTally.mostActions).map { _, entry in
                RepairHistory.Action(
                    action: entry.action, step: entry.step, times: entry.times, fixed: entry.fixed, last: entry.last)
            }, sources: sources)
    }

    /// Chinese pairs, and the beginnings of Latin words: "cleaned" is what "clean" asked for.
    private static func terms(_ text: String) -> Set<String> {
        Set(
            SearchTokens.tokens(in: text, for: .query).map { $0.kind == .word ? String($0.term.prefix(5)) : $0.term }
                .filter { !fillers.contains($0) })
    }

    private static let fillers: Set<String> = ["a", "an", "the", "and", "of", "to", "in", "with", "for", "again", "it"]

    /// `step 2`, `步驟 2`: the person who repaired named the manual's step.
    private static func namedStep(in action: String, of count: Int) -> Int? {
        let lowered = action.precomposedStringWithCompatibilityMapping.lowercased()
        for word in ["step", "步驟", "第"] {
            guard let range = lowered.firstRange(of: word) else { continue }
            let digits = lowered[range.upperBound...].drop { " .#".contains($0) }.prefix(while: \.isNumber)
            let rest = lowered[range.upperBound...].drop { " .#".contains($0) }.dropFirst(digits.count)
            guard word != "第" || rest.hasPrefix("步") || rest.hasPrefix("項") else { continue }
            if let step = Int(digits), (1...max(1, count)).contains(step), count > 0 { return step }
        }
        return nil
    }

    /// The one text that shares most terms, if it shares enough.
    private static func nearest(to terms: Set<String>, among others: [Set<String>]) -> Int? {
        let shares = others.map { other -> Double in
            let shorter = min(terms.count, other.count)
            return shorter == 0 ? 0 : Double(terms.intersection(other).count) / Double(shorter)
        }
        guard let best = shares.indices.max(by: { shares[$0] < shares[$1] }), shares[best] >= leastOverlap,
            shares.count(where: { $0 == shares[best] }) == 1
        else { return nil }
        return best
    }
}
