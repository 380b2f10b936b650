import Domain
import Foundation
import Incidents
import Journal
import Testing

@testable import Appliance
@testable import Ingestion

@Suite("Lost lines")
struct LineWatchTests {
    private static func link(_ machine: String?, _ state: LinkStatus.State) -> LinkStatus {
        var status = LinkStatus(
            machine: machine.map(MachineID.init(rawValue:)), transport: .modbus, endpoint: "10.0.0.1:502/1")
        status.state = state
        return status
    }

    @Test("a line is reported lost once, found once, and a line that was never up is not lost by starting")
    func changes() {
        var losses = LineLosses(standing: [])
        #expect(losses.observe([Self.link("drive-1", .connecting)]).isEmpty)
        #expect(losses.observe([Self.link("drive-1", .degraded)]).map(\.isLost) == [true])
        #expect(losses.observe([Self.link("drive-1", .degraded)]).isEmpty)
        #expect(losses.observe([Self.link("drive-1", .up)]).map(\.isLost) == [false])
        #expect(losses.observe([Self.link("drive-1", .up)]).isEmpty)
    }

    @Test("a loss is an incident of its own that needs no answer, and a restart knows it")
    func incident() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let journal = try EventJournal(path: directory.url.appendingPathComponent("journal.sqlite").path)
        var rules = FoldRules.standard
        rules.alarms = [AlarmRule(code: .commLost)]
        var losses = LineLosses(standing: [])
        let lost = losses.observe([Self.link("drive-1", .degraded)])
        try journal.accept(contentsOf: lost.map { $0.event(at: Date()) })
        try IncidentFolding.adopt(rules, in: journal)
        try IncidentFolding.foldPending(in: journal)
        let incident = try #require(try journal.incidents(.open).first)
        #expect(incident.kind == .commLost && incident.machine == MachineID(rawValue: "drive-1"))
        #expect(try journal.incidentsWithoutAnswer().isEmpty)
        var restarted = LineLosses(standing: try journal.lostLines())
        let found = restarted.observe([Self.link("drive-1", .up)])
        try journal.accept(contentsOf: found.map { $0.event(at: Date()) })
        try IncidentFolding.foldPending(in: journal)
        #expect(try journal.incident(incident.id)?.state == .returnedUnacknowledged)
        #expect(try journal.lostLines().isEmpty)
    }

    @Test("a line that is configured no more is not lost for ever")
    func removed() {
        var losses = LineLosses(standing: [])
        _ = losses.observe([Self.link("drive-1", .degraded)])
        #expect(losses.observe([]).map(\.isLost) == [false])
    }
}
