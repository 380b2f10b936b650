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
    mutating func chatters() {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.fault(active: false, at: 10))
        let change = fold.fold(make.fault(at: 70))
        expect(change, .chattered, incident: 1, .activeUnacknowledged)
        #expect(change.incident?.count == 2)
    }

    @Test("back later, it is announced again in the same incident, whose answer still holds")
    mutating func reactivates() {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.fault(active: false, at: 10))
        expect(fold.fold(make.fault(at: 71)), .reactivated, incident: 1, .activeUnacknowledged)
    }

    @Test("chattering reopens an incident that was just closed, and asks for acknowledgement again")
    mutating func chattersAfterClosing() {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.acknowledgement(of: 1, at: 5))
        _ = fold.fold(make.fault(active: false, at: 10))
        let change = fold.fold(make.fault(at: 40))
        expect(change, .chattered, incident: 1, .activeUnacknowledged)
        #expect(change.incident?.acknowledgedBy == nil)
        #expect(change.incident?.acknowledgedAt == nil)
    }

    @Test("a fault that returns to a closed incident after a minute opens a new one")
    mutating func opensAfterClosing() {
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.acknowledgement(of: 1, at: 5))
        _ = fold.fold(make.fault(active: false, at: 10))
        let change = fold.fold(make.fault(at: 71))
        guard case .opened(let incident, superseding: nil) = change else {
            Issue.record("expected a new incident, got \(change)")
            return
        }
        #expect(incident.id == 4)
    }

    @Test("after a quiet shift a report is a new occurrence and closes the earlier incident", arguments: [false, true])
    mutating func supersedes(acknowledged: Bool) {
        _ = fold.fold(make.fault(at: 0))
        if acknowledged { _ = fold.fold(make.acknowledgement(of: 1, at: 1)) }
        expect(
            fold.fold(make.fault(at: Self.shift)), .repeated, incident: 1,
            acknowledged ? .activeAcknowledged : .activeUnacknowledged)
        let change = fold.fold(make.fault(at: 2 * Self.shift + 1))
        guard case .opened(let incident, superseding: let earlier?) = change else {
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
    mutating func nightOfRepeats() {
        var opened = 0
        for minute in stride(from: 0.0, to: 8 * 60, by: 2) {
            if case .opened = fold.fold(make.fault(at: minute * 60)) { opened += 1 }
            _ = fold.fold(make.fault(active: false, at: minute * 60 + 5))
        }
        #expect(opened == 1)
    }

    @Test("a clock set back by seconds folds, by a day opens a new occurrence; lastSeen never precedes firstSeen")
    mutating func clockSetBack() throws {
        _ = fold.fold(make.fault(at: 0))
        let folded = fold.fold(make.fault(at: -30))
        expect(folded, .repeated, incident: 1, .activeUnacknowledged)
        #expect(try #require(folded.incident).lastSeen == EntryMaker.start)
        guard case .opened(let incident, superseding: _?) = fold.fold(make.fault(at: -86_400)) else {
            Issue.record("expected a new occurrence")
            return
        }
        #expect(incident.firstSeen == EntryMaker.start - 86_400)
    }

    @Test("a closed incident from a clock that ran ahead does not swallow today's fault")
    mutating func clockRanAhead() {
        _ = fold.fold(make.fault(at: 1e9))
        _ = fold.fold(make.acknowledgement(of: 1, at: 1e9))
        _ = fold.fold(make.fault(active: false, at: 1e9 + 1))
        guard case .opened = fold.fold(make.fault(at: 0)) else {
            Issue.record("expected a new occurrence")
            return
        }
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
