import Domain
import Incidents

extension FoldRules {
    /// What these rules say otherwise, by the keys of `alarms` in `andon.yaml`; empty for the same rules.
    ///
    /// - Parameter others: the journal's.
    func differences(from others: FoldRules) -> [String] {
        let values: [(key: String, own: Double, other: Double)] = [
            ("chatter_s", chatterWindowSeconds, others.chatterWindowSeconds),
            ("new_occurrence_after_s", newOccurrenceAfterSeconds, others.newOccurrenceAfterSeconds),
            ("stale_after_s", staleAfterSeconds, others.staleAfterSeconds),
            ("group_s", groups.joinWithinSeconds, others.groups.joinWithinSeconds),
            ("group_longest_s", groups.longestSeconds, others.groups.longestSeconds),
            ("flood_count", Double(groups.floodCount), Double(others.groups.floodCount)),
        ]
        let general = values.filter { $0.own != $0.other }
            .map { "\($0.key): \($0.other.formatted()) there, \($0.own.formatted()) here" }
        let first = (0..<max(alarms.count, others.alarms.count)).first { index in
            !alarms.indices.contains(index) || !others.alarms.indices.contains(index)
                || alarms[index] != others.alarms[index]
        }
        guard let first else { return general }
        func text(_ rules: [AlarmRule]) -> String { rules.indices.contains(first) ? rules[first].summary : "none" }
        return general + ["rules, number \(first + 1): \(text(others.alarms)) there, \(text(alarms)) here"]
    }
}

extension AlarmRule {
    /// As `andon.yaml` writes it.
    fileprivate var summary: String {
        let fields: [(String, String?)] = [
            ("machine", machine?.rawValue), ("code", code?.written), ("priority", priority?.rawValue),
            ("on_delay_s", onDelaySeconds > 0 ? onDelaySeconds.formatted() : nil),
            ("off_delay_s", offDelaySeconds > 0 ? offDelaySeconds.formatted() : nil),
            ("latch", latches ? "true" : nil), ("suppressed_while", suppressedWhile?.written),
        ]
        return "{ " + fields.compactMap { key, value in value.map { "\(key): \($0)" } }.joined(separator: ", ") + " }"
    }
}
