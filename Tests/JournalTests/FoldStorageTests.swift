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
        #expect(changes.map(\.sequence) == [1, 1, 2, 3, 3, 4, 5])
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
        try journal.apply(first.folded(), to: first)
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
        let changes = pending.folded()
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
                Acknowledgement(
                    sequence: sequence, steadySeconds: FixedClock.time.timeIntervalSince1970, incident: 1, by: "陳",
                    at: FixedClock.time + 5)
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

    private static let rules = FoldRules(
        chatterWindowSeconds: 60, newOccurrenceAfterSeconds: 8 * 3600, groups: GroupRules(floodCount: 3),
        alarms: [
            AlarmRule(code: FaultCode("F0"), onDelaySeconds: 30, offDelaySeconds: 30),
            AlarmRule(code: FaultCode("F1"), latches: true, suppressedWhile: FaultCode("F2")),
        ])

    @Test(
        "any history folds to the same incidents in the store as in memory, in any batches, and again from the start",
        arguments: [UInt64(11), 12, 13])
    func property(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let clock = HandClock()
        let journal = try temporary.open(clock: clock)
        var entries: [JournalEntry] = []
        for _ in 0..<70 {
            clock.advance(by: [0, 1, 31, 45, 9_000].randomElement(using: &random) ?? 1)
            let known = try journal.incidents(.all, limit: 20).randomElement(using: &random)
            switch (Int.random(in: 0..<9, using: &random), known) {
            case (0, let known?): try journal.acknowledge(incident: known.id, by: "Lin", at: clock.now())
            case (1, let known?):
                let action = AlarmOperation.Action.allCases.randomElement(using: &random) ?? .reset
                try journal.operate(
                    action, incident: known.id, seconds: action == .shelve ? 40 : nil, by: "Lin", at: clock.now())
            case (2, _): try journal.appendTimer()
            default:
                try journal.accept(
                    try Sample.fault(
                        "F\(Int.random(in: 0..<3, using: &random))", active: Int.random(in: 0..<3, using: &random) > 0,
                        machine: Bool.random(using: &random) ? "press-07" : nil, at: Double(entries.count),
                        instance: Int.random(in: 0..<5, using: &random) == 0 ? "axis 2" : nil))
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                let pending = try journal.pending(
                    limit: Int.random(in: 1...9, using: &random), related: { _ in Self.rules.related })
                try journal.apply(pending.folded(Self.rules), to: pending)
                entries += pending.entries
            }
        }
        entries += try journal.pending().entries
        try journal.foldAll(limit: 7, rules: Self.rules)
        let stored = try journal.incidents(.all, limit: 1_000)
        let groups = try journal.alarmGroups(limit: 1_000)
        var fold = IncidentFold([], rules: Self.rules)
        var expected: [Incident.ID: Incident] = [:]
        var expectedGroups: [AlarmGroup.ID: AlarmGroup] = [:]
        for change in entries.flatMap({ fold.fold($0) }) {
            if case .opened(_, let superseded?, _) = change { expected[superseded.id] = superseded }
            if case .grouped(let group, _, _) = change { expectedGroups[group.id] = group }
            if let incident = change.incident { expected[incident.id] = incident }
        }
        #expect(stored == expected.values.sorted { $0.id > $1.id }, "seed \(seed)")
        #expect(groups == expectedGroups.values.sorted { $0.id > $1.id }, "seed \(seed)")
        let transitions = try stored.flatMap { try journal.transitions(of: $0.id) }
        try journal.restartFold()
        try journal.foldAll(limit: 10, rules: Self.rules)
        #expect(try journal.incidents(.all, limit: 1_000) == stored, "seed \(seed)")
        #expect(try journal.alarmGroups(limit: 1_000) == groups, "seed \(seed)")
        #expect(try stored.flatMap { try journal.transitions(of: $0.id) } == transitions, "seed \(seed)")
        #expect(try journal.integrityProblems() == [])
    }

    @Test("the journal's clock follows the uptime, whatever the wall clock does, and never goes back over a restart")
    func steadyClock() throws {
        let clock = HandClock()
        let journal = try temporary.open(clock: clock)
        func steady() throws -> Double {
            guard case .appended(let sequence) = try journal.accept(try Sample.fault()) else { return .nan }
            return try #require(try journal.event(sequence)).steadySeconds
        }
        let start = try steady()
        clock.advance(by: 10)
        clock.setWall(aheadBy: -86_400)
        #expect(try steady() == start + 10)
        clock.setWall(aheadBy: 86_400)
        #expect(try steady() == start + 10)
        clock.restartComputer()
        clock.setWall(aheadBy: -3_600)
        #expect(try steady() == start + 10)
        clock.setWall(aheadBy: 3_600)
        clock.advance(by: 5)
        #expect(try steady() == start + 15)
    }

    @Test("an operation is an entry with its effect, time alone brings the alarm back, and a vain one is told apart")
    func operations() throws {
        let clock = HandClock()
        let journal = try temporary.open(clock: clock)
        try journal.accept(try Sample.fault())
        try journal.foldAll()
        let shelving = try journal.operate(
            .shelve, incident: 1, seconds: 60, by: "Lin", reason: "spare", at: clock.now())
        let vain = try journal.operate(.reset, incident: 1, by: "Lin", at: clock.now())
        try journal.foldAll()
        #expect(try journal.hasEffect(shelving))
        #expect(try !journal.hasEffect(vain))
        #expect(try journal.incident(1)?.state == .shelved)
        #expect(try journal.secondsToNextDeadline() == 60)
        clock.advance(by: 61)
        #expect(try journal.secondsToNextDeadline() == 0)
        try journal.appendTimer()
        try journal.foldAll()
        #expect(try journal.incident(1)?.state == .activeUnacknowledged)
        #expect(try journal.transitions(of: 1).map(\.transition) == ["opened", "shelved", "unshelved"])
    }

    @Test("shelving for ever, or for no time, is refused")
    func badShelving() throws {
        try journal.accept(try Sample.fault())
        try journal.foldAll()
        for seconds in [nil, 0, 86_401, .infinity] as [Double?] {
            #expect(throws: JournalError.badShelving(seconds: seconds, limitSeconds: 86_400)) {
                try journal.operate(.shelve, incident: 1, seconds: seconds, by: "Lin", at: FixedClock.time)
            }
        }
    }
}
