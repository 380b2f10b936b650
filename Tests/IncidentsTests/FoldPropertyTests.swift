import Domain
import Foundation
import Incidents
import TestSupport
import Testing

@Suite("Folding any history")
struct FoldPropertyTests {
    private static let rules = FoldRules(
        chatterWindowSeconds: 60, newOccurrenceAfterSeconds: 8 * 3600, groups: GroupRules(floodCount: 3),
        alarms: [
            AlarmRule(code: FaultCode("F1"), onDelaySeconds: 30, offDelaySeconds: 30),
            AlarmRule(code: FaultCode("F2"), latches: true, suppressedWhile: FaultCode("F3")),
            AlarmRule(code: FaultCode("F4"), onDelaySeconds: 20, suppressedWhile: FaultCode("F2")),
        ])

    /// What a store keeps between folds.
    private struct Store {
        var incidents: [Incident.ID: Incident] = [:]
        var groups: [AlarmGroup.ID: AlarmGroup] = [:]

        mutating func take(_ changes: [IncidentChange]) {
            for change in changes {
                if case .opened(_, let superseded?, _) = change { incidents[superseded.id] = superseded }
                if case .grouped(let group, _, _) = change { groups[group.id] = group }
                if let incident = change.incident { incidents[incident.id] = incident }
            }
        }
    }

    @Test("one entry at a time from stored incidents, in batches, or all at once: the same changes", arguments: 1...12)
    func batching(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let history = FoldPropertyTests.history(length: 250, &random)
        var whole = IncidentFold([], rules: Self.rules)
        let expected = history.map { whole.fold($0) }
        for batchLengths in [1...1, 2...40] {
            var store = Store()
            var changes: [[IncidentChange]] = []
            var rest = history[...]
            while !rest.isEmpty {
                let batch = rest.prefix(Int.random(in: batchLengths, using: &random))
                rest = rest.dropFirst(batch.count)
                var fold = IncidentFold(store.incidents.values, groups: store.groups.values, rules: Self.rules)
                for entry in batch {
                    changes.append(fold.fold(entry))
                    store.take(changes.last ?? [])
                }
            }
            #expect(changes == expected, "seed \(seed), batches of \(batchLengths)")
        }
    }

    @Test("no active fault is lost, one incident a fault is open, and no deadline is left behind", arguments: 21...32)
    func conservation(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let history = FoldPropertyTests.history(length: 250, &random)
        var fold = IncidentFold([], rules: Self.rules)
        var store = Store()
        for entry in history {
            let changes = fold.fold(entry)
            store.take(changes)
            #expect(!changes.isEmpty && changes.allSatisfy { $0.sequence == entry.sequence }, "seed \(seed)")
            if FoldPropertyTests.isActiveFault(entry) {
                #expect(changes.contains { $0.incident?.isStanding == true }, "seed \(seed)")
            }
            if case .timer = entry {
                let left = store.incidents.values.compactMap(\.deadlines.next).min() ?? .infinity
                #expect(left > entry.steadySeconds, "seed \(seed)")
            }
        }
        let stored = store.incidents.values
        let counted = stored.reduce(0) { $0 + $1.count }
        #expect(counted == history.count(where: FoldPropertyTests.isActiveFault), "seed \(seed)")
        let open = stored.filter(\.state.isOpen)
        #expect(Set(open.map(\.key)).count == open.count, "seed \(seed): one open incident a fault")
        #expect(stored.allSatisfy { $0.firstSeen <= $0.lastSeen }, "seed \(seed)")
        #expect(
            stored.allSatisfy { ($0.state == .shelved) == ($0.deadlines.unshelve != nil) },
            "seed \(seed): what is shelved comes back")
        for group in store.groups.values {
            let members = stored.filter { $0.group == group.id }
            #expect(members.count == group.count && members.contains { $0.isFirstOut }, "seed \(seed)")
            #expect(group.isFlood == (group.count >= 3), "seed \(seed)")
        }
    }

    private static func isActiveFault(_ entry: JournalEntry) -> Bool {
        guard case .event(let journaled) = entry, case .fault(let report) = journaled.event.content else {
            return false
        }
        return report.active
    }

    /// Few faults, so that they meet often; pauses around the limits of the rules; a wall clock that jumps both ways.
    private static func history(length: Int, _ random: inout SeededGenerator) -> [JournalEntry] {
        var make = EntryMaker()
        var seconds = 0.0
        return (0..<length).map { _ in
            seconds += [0, 1, 20, 30, 59, 61, 3_000, 30_000].randomElement(using: &random) ?? 1
            let incident = Int64.random(in: 1...(make.sequence + 1), using: &random)
            switch Int.random(in: 0..<14, using: &random) {
            case 0: return make.unparseable(at: seconds)
            case 1, 2: return make.acknowledgement(of: incident, at: seconds)
            case 3, 4:
                let action = AlarmOperation.Action.allCases.randomElement(using: &random) ?? .reset
                return make.operation(action, of: incident, for: 40, at: seconds)
            case 5: return Bool.random(using: &random) ? make.timer(at: seconds) : make.rules(at: seconds)
            case let kind:
                return make.fault(
                    ["F1", "F2", "F3", "F4"].randomElement(using: &random) ?? "F1", active: kind < 11,
                    machine: Bool.random(using: &random) ? "press-07" : nil,
                    instance: Int.random(in: 0..<5, using: &random) == 0 ? "axis 2" : nil, at: seconds,
                    wallSeconds: seconds + ([0, 0, 90_000, -90_000].randomElement(using: &random) ?? 0))
            }
        }
    }
}
