import Domain
import Foundation
import Testing

@testable import Journal

@Suite("The alarm list")
struct AlarmListTests {
    private let temporary: TemporaryJournal
    private let clock = HandClock()
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open(clock: clock)
    }

    private func report(_ code: String, on machine: String, _ severity: String, active: Bool = true) throws {
        try journal.accept(
            Event(
                idempotencyKey: nil, source: .typed, machine: MachineID(rawValue: machine), receivedAt: clock.now(),
                payload: Payload(Data()),
                content: .fault(
                    FaultReport(
                        code: try #require(FaultCode(code)), message: nil, severity: severity, active: active,
                        occurredAt: nil))))
    }

    private func rows(
        _ filter: IncidentFilter = .open, machine: String? = nil, limit: Int = 50
    ) throws -> (codes: [String], more: Int) {
        let list = try journal.alarmList(filter, machine: machine.map(MachineID.init(rawValue:)), limit: limit)
        return (
            list.rows.map { $0.incident.code.written + ($0.flood.map { " +\($0.members)" } ?? "") }, list.more
        )
    }

    @Test("a flood beyond the limit is one row and hides nothing, whatever became of its first alarm")
    func flood() throws {
        try report("B1", on: "press-2", "warning")
        for number in 1...61 { try report("C\(number)", on: "press-1", number == 30 ? "critical" : "warning") }
        try journal.foldAll()
        #expect(try rows(limit: 50).codes == ["C1 +61", "B1"])
        #expect(try rows(limit: 1) == (["C1 +61"], 1))
        #expect(try rows(machine: "press-2", limit: 1) == (["B1"], 0))
        #expect(try rows(machine: "press-1", limit: 1) == (["C1 +61"], 0))
        try report("C1", on: "press-1", "warning", active: false)
        try journal.acknowledge(incident: 2, by: "Lin", at: clock.now())
        try journal.foldAll()
        #expect(try journal.incident(2)?.state == .normal)
        #expect(try rows(limit: 50).codes == ["C1 +60", "B1"], "the flood stands though its first alarm is over")
        #expect(try journal.alarmList(.open).rows.first?.priority == .high)
        #expect(try rows(.all, limit: 50).codes == ["C1 +61", "B1"])
        let members = try journal.alarmList(ofGroup: 2, .open, limit: 50)
        #expect(members.rows.count == 50 && members.total == 60 && members.rows.first?.incident.code.written == "C30")
    }

    @Test("open before closed, then by priority, then the latest; the limit tells how much it leaves out")
    func order() throws {
        for (code, severity) in [
            ("L1", "info"), ("H1", "critical"), ("M1", "error"), ("H2", "critical"), ("L2", "info"),
        ] {
            clock.advance(by: 100)
            try report(code, on: "press-1", severity)
        }
        try journal.foldAll()
        #expect(try rows() == (["H2", "H1", "M1", "L2", "L1"], 0))
        #expect(try rows(limit: 2) == (["H2", "H1"], 3))
        try report("H2", on: "press-1", "critical", active: false)
        try journal.acknowledge(incident: 4, by: "Lin", at: clock.now())
        try journal.foldAll()
        #expect(try rows(limit: 2) == (["H1", "M1"], 2))
        #expect(try rows(.all) == (["H1", "M1", "L2", "L1", "H2"], 0))
        #expect(try rows(machine: "press-9") == ([], 0))
    }
}
