import Domain
import Foundation
import Incidents
import Testing

@Suite("Alarm states")
struct AlarmStateTests {
    private var make = EntryMaker()
    private var fold = IncidentFold([])

    @Test("an active fault opens an incident that carries the opening event's number, text and time")
    mutating func opens() throws {
        let change = try fold.change(make.fault(at: 0))
        guard case .opened(let incident, superseding: nil, by: _) = change else {
            Issue.record("expected an opened incident, got \(change)")
            return
        }
        #expect(incident.id == 1)
        #expect(incident.machine == MachineID(rawValue: "press-07"))
        #expect(incident.code == FaultCode("F30001"))
        #expect(incident.message == "overcurrent")
        #expect(incident.state == .activeUnacknowledged)
        #expect(incident.firstSeen == EntryMaker.start)
        #expect(incident.lastSeen == EntryMaker.start)
        #expect(incident.count == 1)
    }

    @Test("a repeated fault folds into the open incident, acknowledged or not, and counts")
    mutating func repeats() throws {
        _ = fold.fold(make.fault(at: 0))
        expect(try fold.change(make.fault("f-30001", at: 10)), .repeated, .activeUnacknowledged, count: 2, lastSeen: 10)
        _ = fold.fold(make.acknowledgement(of: 1, at: 20))
        expect(try fold.change(make.fault(at: 3_000)), .repeated, .activeAcknowledged, count: 3, lastSeen: 3_000)
    }

    @Test("active, acknowledged, returned: closed")
    mutating func acknowledgedThenReturned() throws {
        _ = fold.fold(make.fault(at: 0))
        let acknowledged = try fold.change(make.acknowledgement(of: 1, by: "Chen", at: 5))
        expect(acknowledged, .acknowledged, .activeAcknowledged, count: 1, lastSeen: 0)
        #expect(acknowledged.incident?.acknowledgedBy == "Chen")
        #expect(acknowledged.incident?.acknowledgedAt == EntryMaker.start + 5)
        expect(try fold.change(make.fault(active: false, at: 9)), .returned, .normal, count: 1, lastSeen: 9)
    }

    @Test("active, returned, acknowledged: closed")
    mutating func returnedThenAcknowledged() throws {
        _ = fold.fold(make.fault(at: 0))
        expect(
            try fold.change(make.fault(active: false, at: 9)), .returned, .returnedUnacknowledged, count: 1, lastSeen: 9
        )
        expect(try fold.change(make.acknowledgement(of: 1, at: 30)), .acknowledged, .normal, count: 1, lastSeen: 9)
    }

    @Test("a fault that clears without ever having been active, or twice, touches nothing")
    mutating func returnsWithoutActive() throws {
        #expect(
            try fold.change(make.fault(active: false, at: 0)) == .ignored(sequence: 1, .returnedWithoutActive))
        _ = fold.fold(make.fault(at: 1))
        _ = fold.fold(make.fault(active: false, at: 2))
        #expect(
            try fold.change(make.fault(active: false, at: 3)) == .ignored(sequence: 4, .returnedWithoutActive))
    }

    @Test("a second acknowledgement, one of a closed incident and one of an unknown incident touch nothing")
    mutating func idleAcknowledgements() throws {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.acknowledgement(of: 1, at: 1))
        #expect(try fold.change(make.acknowledgement(of: 1, at: 2)) == .ignored(sequence: 3, .nothingToAcknowledge))
        _ = fold.fold(make.fault(active: false, at: 3))
        #expect(try fold.change(make.acknowledgement(of: 1, at: 4)) == .ignored(sequence: 5, .nothingToAcknowledge))
        #expect(try fold.change(make.acknowledgement(of: 77, at: 5)) == .ignored(sequence: 6, .unknownIncident))
    }

    @Test("an unparseable event touches no incident")
    mutating func unparseable() throws {
        _ = fold.fold(make.fault(at: 0))
        #expect(try fold.change(make.unparseable(at: 1)) == .ignored(sequence: 2, .unparseable))
    }

    @Test("machines, codes and the unknown machine have incidents of their own")
    mutating func keys() throws {
        let entries = [
            make.fault(at: 0), make.fault(machine: "press-08", at: 0), make.fault("F30002", at: 0),
            make.fault(machine: nil, at: 0),
        ]
        #expect(try entries.map { try fold.change($0).incident?.id } == [1, 2, 3, 4])
        #expect(try fold.change(make.fault(machine: nil, at: 1)).incident?.id == 4)
    }

    private func expect(
        _ change: IncidentChange, _ transition: IncidentChange.Transition, _ state: AlarmState, count: Int,
        lastSeen seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard case .updated(let incident, transition, by: change.sequence) = change else {
            Issue.record("expected \(transition), got \(change)", sourceLocation: sourceLocation)
            return
        }
        #expect(incident.id == 1, sourceLocation: sourceLocation)
        #expect(incident.state == state, sourceLocation: sourceLocation)
        #expect(incident.count == count, sourceLocation: sourceLocation)
        #expect(incident.lastSeen == EntryMaker.start + seconds, sourceLocation: sourceLocation)
    }
}
