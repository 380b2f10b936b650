import Domain
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite("Incidents that nobody touches")
struct UntouchedTests {
    private let temporary: TemporaryJournal
    private let clock = HandClock()
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open(clock: clock)
    }

    @Test("what keeps old entries is named, with how much; the program closes what nobody touched, and then they go")
    func untouched() throws {
        let polled = Event(
            idempotencyKey: nil, source: .modbus(register: 8449), machine: MachineID(rawValue: "drive-03"),
            receivedAt: clock.now(), payload: Payload(Data()),
            content: .fault(
                FaultReport(
                    code: try #require(FaultCode("F7")), message: nil, severity: nil, active: true, occurredAt: nil)))
        try journal.accept(contentsOf: [try Sample.fault("F1"), try Sample.fault("F2", machine: "press-08"), polled])
        try journal.accept(contentsOf: [
            try Sample.fault("F2", active: false, machine: "press-08"), try Sample.fault("F3", machine: "press-09"),
        ])
        try journal.foldAll()
        try journal.operate(.removeFromService, incident: 5, by: "Lin", at: clock.now())
        try journal.foldAll()
        clock.advance(by: 20 * 86_400)
        try journal.acknowledge(incident: 1, by: "Lin", at: clock.now())
        try journal.appendTimer()
        try journal.foldAll()
        let open: [Int64] = [1, 2, 3, 5]
        let retention = RetentionRules(keepDays: 10)
        let folder = temporary.folder.appendingPathComponent("exports")
        #expect(try journal.expire(retention, exportTo: folder) == nil)
        let pins = try journal.retentionPins(retention)
        #expect(Set(pins.map(\.incident.id)) == Set(open))
        #expect(pins.map(\.entries) == [2, 1, 1, 1] && pins.allSatisfy { $0.bytes > 0 })

        // Nothing but the returned one: the first was acknowledged just now, a register is watched, a person put one away.
        #expect(try journal.closeUntouched(forDays: 15, by: "program:test").map(\.id) == [2])
        try journal.foldAll()
        clock.advance(by: 16 * 86_400)
        #expect(try journal.closeUntouched(forDays: 15, by: "program:test").map(\.id) == [1])
        try journal.foldAll()
        #expect(try journal.closeUntouched(forDays: 15, by: "program:test").isEmpty)
        #expect(try journal.incident(1)?.state == .normal)
        #expect(try journal.transitions(of: 1).last?.transition == "closed")
        #expect(try journal.incidents(.open).map(\.id) == [5, 3])
        let acts = try journal.reading {
            try String.fetchAll($0, sql: "SELECT by || ': ' || reason FROM operation WHERE reason IS NOT NULL")
        }
        #expect(
            acts.contains { $0.hasPrefix("program:test: not heard of") && $0.hasSuffix("never reported") }, "\(acts)")
        #expect(acts.contains { $0.hasPrefix("program:test: gone") }, "\(acts)")
        // The closing itself is kept as long as any entry.
        clock.advance(by: 11 * 86_400)
        #expect(try journal.expire(retention, exportTo: folder) != nil)
        #expect(try journal.retentionPins(retention).map(\.incident.id) == [3, 5])
        #expect(try journal.event(1) == nil)
        #expect(try journal.integrityProblems() == [])
    }
}
