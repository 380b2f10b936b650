import Domain
import Foundation
import Incidents
import TestSupport
import Testing

@Suite("Folding any history")
struct FoldPropertyTests {
    @Test("one entry at a time from stored incidents, in batches, or all at once: the same changes", arguments: 1...20)
    func batching(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let history = FoldPropertyTests.history(length: 400, &random)
        var whole = IncidentFold([])
        let expected = history.map { whole.fold($0) }
        for batchLengths in [1...1, 2...40] {
            var stored: [Incident.ID: Incident] = [:]
            var changes: [IncidentChange] = []
            var rest = history[...]
            while !rest.isEmpty {
                let batch = rest.prefix(Int.random(in: batchLengths, using: &random))
                rest = rest.dropFirst(batch.count)
                var fold = IncidentFold(stored.values)
                for entry in batch { changes.append(fold.fold(entry)) }
                for change in changes.suffix(batch.count) { store(change, in: &stored) }
            }
            #expect(changes == expected, "seed \(seed), batches of \(batchLengths)")
        }
    }

    @Test("no active fault is lost: each is counted by exactly one incident", arguments: 21...40)
    func conservation(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let history = FoldPropertyTests.history(length: 400, &random)
        var fold = IncidentFold([])
        var stored: [Incident.ID: Incident] = [:]
        for entry in history {
            let change = fold.fold(entry)
            store(change, in: &stored)
            #expect(change.sequence == entry.sequence, "seed \(seed)")
            if FoldPropertyTests.isActiveFault(entry) {
                #expect(change.incident?.state.isActive == true, "seed \(seed)")
            }
        }
        let counted = stored.values.reduce(0) { $0 + $1.count }
        #expect(counted == history.count(where: FoldPropertyTests.isActiveFault), "seed \(seed)")
        let open = stored.values.filter(\.state.isOpen)
        #expect(Set(open.map(\.key)).count == open.count, "seed \(seed): one open incident a fault")
        #expect(stored.values.allSatisfy { $0.firstSeen <= $0.lastSeen }, "seed \(seed)")
    }

    private func store(_ change: IncidentChange, in stored: inout [Incident.ID: Incident]) {
        if case .opened(_, let superseded?) = change { stored[superseded.id] = superseded }
        if let incident = change.incident { stored[incident.id] = incident }
    }

    private static func isActiveFault(_ entry: JournalEntry) -> Bool {
        guard case .event(let journaled) = entry, case .fault(let report) = journaled.event.content else {
            return false
        }
        return report.active
    }

    /// Few faults, so that they meet often; pauses around both limits of the rules; a clock that jumps both ways.
    private static func history(length: Int, _ random: inout SeededGenerator) -> [JournalEntry] {
        var make = EntryMaker()
        var seconds = 0.0
        return (0..<length).map { _ in
            seconds += [1, 20, 59, 61, 3_000, 30_000, -10, -40_000].randomElement(using: &random) ?? 1
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return make.unparseable(at: seconds)
            case 1, 2:
                let incident = Int64.random(in: 1...(make.sequence + 1), using: &random)
                return make.acknowledgement(of: incident, at: seconds)
            case let kind:
                return make.fault(
                    ["F1", "F2", "F3"].randomElement(using: &random) ?? "F1", active: kind < 7,
                    machine: Bool.random(using: &random) ? "press-07" : nil, at: seconds)
            }
        }
    }
}
