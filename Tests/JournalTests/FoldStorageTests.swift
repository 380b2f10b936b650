import Domain
import Foundation
import Incidents
import TestSupport
import Testing

@testable import Journal

@Suite("Stored incidents")
struct FoldStorageTests {
    private let temporary: TemporaryJournal
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open()
    }

    @Test("an incident is stored as the fold made it, with its events")
    func stores() throws {
        try journal.accept(contentsOf: [
            try Sample.fault(at: 0), Sample.unparseable(), try Sample.fault(machine: nil, at: 1),
            try Sample.fault(at: 2), try Sample.fault(active: false, at: 3),
        ])
        let changes = try journal.foldAll()
        #expect(changes.count == 5)
        let incident = try #require(try journal.incident(1))
        #expect(incident == changes.last?.incident)
        #expect(incident.state == .returnedUnacknowledged)
        #expect(incident.count == 2)
        #expect(try journal.events(of: 1).map(\.sequence) == [1, 4, 5])
        #expect(try journal.events(of: 1, limit: 2).map(\.sequence) == [1, 4])
        #expect(try journal.pending().isEmpty)
    }

    @Test("folding resumes behind the last stored change after a restart")
    func resumes() throws {
        try journal.accept(contentsOf: [try Sample.fault("F1"), try Sample.fault("F2"), try Sample.fault("F1", at: 1)])
        let first = try journal.pending(limit: 2)
        var fold = IncidentFold(first.incidents)
        try journal.apply(first.entries.map { fold.fold($0) }, to: first)
        let next = try temporary.open()
        let rest = try next.pending()
        #expect(rest.cursor == 2)
        #expect(rest.entries.map(\.sequence) == [3])
        #expect(rest.incidents.map(\.id) == [1])
        try next.foldAll()
        #expect(try next.incident(1)?.count == 2)
    }

    @Test("of two folds over the same entries the second is refused and changes nothing")
    func foldedMeanwhile() throws {
        try journal.accept(try Sample.fault())
        let pending = try journal.pending()
        try journal.foldAll()
        var fold = IncidentFold(pending.incidents)
        let changes = pending.entries.map { fold.fold($0) }
        #expect(throws: JournalError.foldedMeanwhile(cursor: 0, path: temporary.path)) {
            try journal.apply(changes, to: pending)
        }
        #expect(try journal.incident(1)?.count == 1)
    }

    @Test("changes that do not belong to the entries are refused")
    func wrongChanges() throws {
        try journal.accept(try Sample.fault())
        #expect(throws: JournalError.changesDoNotMatch(expected: [1], found: [])) {
            try journal.apply([], to: try journal.pending())
        }
    }

    @Test("an acknowledgement is a journal entry that the next fold brings into effect")
    func acknowledges() throws {
        try journal.accept(try Sample.fault())
        try journal.foldAll()
        let sequence = try journal.acknowledge(incident: 1, by: "陳", at: FixedClock.time + 5)
        #expect(try journal.incident(1)?.state == .activeUnacknowledged)
        try journal.foldAll()
        let incident = try #require(try journal.incident(1))
        #expect(incident.state == .activeAcknowledged)
        #expect(incident.acknowledgedBy == "陳")
        #expect(incident.acknowledgedAt == FixedClock.time + 5)
        #expect(
            try journal.acknowledgements(of: 1) == [
                Acknowledgement(sequence: sequence, incident: 1, by: "陳", at: FixedClock.time + 5)
            ])
    }

    @Test("an acknowledgement of no incident, or by nobody, or by an endless name, is refused")
    func badAcknowledgements() throws {
        #expect(throws: JournalError.noSuchIncident(9, path: temporary.path)) {
            try journal.acknowledge(incident: 9, by: "Lin", at: FixedClock.time)
        }
        for name in ["", String(repeating: "x", count: 201)] {
            #expect(throws: JournalError.badAcknowledger(byteCount: name.utf8.count, limitBytes: 200)) {
                try journal.acknowledge(incident: 1, by: name, at: FixedClock.time)
            }
        }
        #expect(try journal.pending().isEmpty)
    }

    @Test(
        "any history folds to the same incidents in the store as in memory, in any batches, and again from the start",
        arguments: [UInt64(11), 12, 13])
    func property(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var entries: [JournalEntry] = []
        for step in 0..<60 {
            let open = try journal.incidents(.open, limit: 1).first
            if let open, Int.random(in: 0..<6, using: &random) == 0 {
                try journal.acknowledge(incident: open.id, by: "Lin", at: FixedClock.time)
            } else {
                let seconds = Double(step) * ([1, 45, 9_000].randomElement(using: &random) ?? 1)
                try journal.accept(
                    try Sample.fault(
                        "F\(Int.random(in: 0..<3, using: &random))", active: Int.random(in: 0..<3, using: &random) > 0,
                        machine: Bool.random(using: &random) ? "press-07" : nil, at: seconds))
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                let pending = try journal.pending(limit: Int.random(in: 1...9, using: &random))
                var fold = IncidentFold(pending.incidents)
                try journal.apply(pending.entries.map { fold.fold($0) }, to: pending)
                entries += pending.entries
            }
        }
        let pending = try journal.pending()
        entries += pending.entries
        try journal.foldAll(limit: 7)
        let stored = try journal.incidents(.all, limit: 1_000)
        var fold = IncidentFold([])
        var expected: [Incident.ID: Incident] = [:]
        for change in entries.map({ fold.fold($0) }) {
            if case .opened(_, let superseded?) = change { expected[superseded.id] = superseded }
            if let incident = change.incident { expected[incident.id] = incident }
        }
        #expect(stored == expected.values.sorted { $0.id > $1.id }, "seed \(seed)")
        try journal.restartFold()
        try journal.foldAll(limit: 10)
        #expect(try journal.incidents(.all, limit: 1_000) == stored, "seed \(seed)")
        #expect(try journal.integrityProblems() == [])
    }
}
