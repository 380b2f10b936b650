import Domain
import Foundation
import Incidents
import Testing

/// Writes journal entries for a test, in order, at times given in seconds after a fixed start.
struct EntryMaker {
    static let start = Date(timeIntervalSince1970: 1_750_000_000)
    private(set) var sequence: Int64 = 0

    /// - Parameter wallSeconds: what the wall clock says, where it was set.
    mutating func fault(
        _ code: String = "F30001", active: Bool = true, machine: String? = "press-07", instance: String? = nil,
        severity: String? = "high", source: Event.Source = .mqtt(topic: "plant/alarm"), at seconds: Double,
        wallSeconds: Double? = nil
    ) -> JournalEntry {
        let content: Event.Content =
            if let code = FaultCode(code) {
                .fault(
                    FaultReport(
                        code: code, message: "overcurrent", severity: severity, active: active, occurredAt: nil,
                        instance: instance))
            } else {
                .unparseable(reason: "no code in \(code)")
            }
        return event(content, source, machine: machine, at: seconds, wallSeconds: wallSeconds ?? seconds)
    }

    mutating func unparseable(at seconds: Double) -> JournalEntry {
        event(
            .unparseable(reason: "expected JSON"), .typed, machine: "press-07", at: seconds, wallSeconds: seconds)
    }

    mutating func acknowledgement(of incident: Incident.ID, by: String = "Lin", at seconds: Double) -> JournalEntry {
        sequence += 1
        return .acknowledgement(
            Acknowledgement(
                sequence: sequence, steadySeconds: seconds, incident: incident, by: by,
                at: EntryMaker.start + seconds))
    }

    mutating func operation(
        _ action: AlarmOperation.Action, of incident: Incident.ID, for duration: Double? = nil, at seconds: Double
    ) -> JournalEntry {
        sequence += 1
        return .operation(
            AlarmOperation(
                sequence: sequence, steadySeconds: seconds, incident: incident, action: action, seconds: duration,
                by: "Lin", reason: nil, at: EntryMaker.start + seconds))
    }

    mutating func timer(at seconds: Double) -> JournalEntry {
        sequence += 1
        return .timer(sequence: sequence, steadySeconds: seconds)
    }

    mutating func rules(at seconds: Double) -> JournalEntry {
        sequence += 1
        return .rules(sequence: sequence, steadySeconds: seconds)
    }

    private mutating func event(
        _ content: Event.Content, _ source: Event.Source, machine: String?, at seconds: Double, wallSeconds: Double
    ) -> JournalEntry {
        sequence += 1
        return .event(
            JournaledEvent(
                sequence: sequence, steadySeconds: seconds,
                event: Event(
                    idempotencyKey: nil, source: source, machine: machine.map(MachineID.init(rawValue:)),
                    receivedAt: EntryMaker.start + wallSeconds, payload: Payload(Data()), content: content)))
    }
}

extension IncidentFold {
    /// Folds an entry of which one change to one incident is expected, besides what it does to groups.
    mutating func change(_ entry: JournalEntry, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> IncidentChange
    {
        let changes = fold(entry).filter { change in
            if case .grouped = change { false } else { true }
        }
        #expect(changes.count == 1, "\(changes)", sourceLocation: sourceLocation)
        return try #require(changes.last, sourceLocation: sourceLocation)
    }
}
