import Domain
import Foundation
import Incidents
import Testing

@Suite("Faults that come back")
struct RecurrenceTests {
    private static let shift = FoldRules.standard.newOccurrenceAfterSeconds
    private var make = EntryMaker()
    private var fold = IncidentFold([])

    @Test("back within a minute of its return, an unacknowledged fault chatters in the same incident")
    mutating func chatters() throws {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.fault(active: false, at: 10))
        let change = try fold.change(make.fault(at: 70))
        expect(change, .chattered, incident: 1, .activeUnacknowledged)
        #expect(change.incident?.count == 2)
    }

    @Test("back later, it is announced again in the same incident, whose answer still holds")
    mutating func reactivates() throws {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.fault(active: false, at: 10))
        expect(try fold.change(make.fault(at: 71)), .reactivated, incident: 1, .activeUnacknowledged)
    }

    @Test("chattering reopens an incident that was just closed, and asks for acknowledgement again")
    mutating func chattersAfterClosing() throws {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.acknowledgement(of: 1, at: 5))
        _ = fold.fold(make.fault(active: false, at: 10))
        let change = try fold.change(make.fault(at: 40))
        expect(change, .chattered, incident: 1, .activeUnacknowledged)
        #expect(change.incident?.acknowledgedBy == nil)
        #expect(change.incident?.acknowledgedAt == nil)
    }

    @Test("a fault that returns to a closed incident after a minute opens a new one")
    mutating func opensAfterClosing() throws {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.acknowledgement(of: 1, at: 5))
        _ = fold.fold(make.fault(active: false, at: 10))
        let change = try fold.change(make.fault(at: 71))
        guard case .opened(let incident, superseding: nil, by: _) = change else {
            Issue.record("expected a new incident, got \(change)")
            return
        }
        #expect(incident.id == 4)
    }

    @Test("after a quiet shift a report is a new occurrence and closes the earlier incident", arguments: [false, true])
    mutating func supersedes(acknowledged: Bool) throws {
        _ = fold.fold(make.fault(at: 0))
        if acknowledged { _ = fold.fold(make.acknowledgement(of: 1, at: 1)) }
        expect(
            try fold.change(make.fault(at: Self.shift)), .repeated, incident: 1,
            acknowledged ? .activeAcknowledged : .activeUnacknowledged)
        let change = try fold.change(make.fault(at: 2 * Self.shift + 1))
        guard case .opened(let incident, superseding: let earlier?, by: _) = change else {
            Issue.record("expected a superseding incident, got \(change)")
            return
        }
        #expect(incident.id == change.sequence)
        #expect(incident.state == .activeUnacknowledged)
        #expect(earlier.id == 1)
        #expect(earlier.state == .normal)
        #expect(earlier.count == 2)
    }

    @Test("a fault every two minutes for a whole night costs one incident")
    mutating func nightOfRepeats() throws {
        var opened = 0
        for minute in stride(from: 0.0, to: 8 * 60, by: 2) {
            if case .opened = try fold.change(make.fault(at: minute * 60)) { opened += 1 }
            _ = fold.fold(make.fault(active: false, at: minute * 60 + 5))
        }
        #expect(opened == 1)
    }

    @Test("a wall clock set back or forward by a day changes nothing; lastSeen never precedes firstSeen")
    mutating func clockJumps() throws {
        _ = fold.fold(make.fault(at: 0))
        let back = try fold.change(make.fault(at: 30, wallSeconds: -86_400))
        expect(back, .repeated, incident: 1, .activeUnacknowledged)
        #expect(try #require(back.incident).lastSeen == EntryMaker.start)
        _ = fold.fold(make.fault(active: false, at: 40, wallSeconds: 86_400))
        expect(
            try fold.change(make.fault(at: 90, wallSeconds: 172_800)), .chattered, incident: 1, .activeUnacknowledged)
    }

    @Test("three times within a minute of one another it is a chattering alarm, until it comes back later")
    mutating func chatteringMark() throws {
        var marks: [Bool] = []
        for start in [0.0, 20, 40, 200] {
            let change = try fold.change(make.fault(at: start))
            marks.append(try #require(change.incident).isChattering)
            _ = fold.fold(make.fault(active: false, at: start + 5))
        }
        #expect(marks == [false, false, true, false])
    }

    private func expect(
        _ change: IncidentChange, _ transition: IncidentChange.Transition, incident id: Incident.ID,
        _ state: AlarmState, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard case .updated(let incident, transition, by: _) = change else {
            Issue.record("expected \(transition), got \(change)", sourceLocation: sourceLocation)
            return
        }
        #expect(incident.id == id, sourceLocation: sourceLocation)
        #expect(incident.state == state, sourceLocation: sourceLocation)
    }
}
