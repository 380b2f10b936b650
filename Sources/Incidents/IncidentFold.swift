import Domain
import Foundation

/// Folds journal entries into incidents: a pure state machine over the alarm states of ISA-18.2-2016 §5.2.
///
/// Start it with the latest incident of every fault that the entries speak of, closed ones included, and feed it the
/// entries in journal order. It reads no clock: time is each event's `receivedAt`, and a clock set back is only a
/// distance in time. Entries folded one at a time, each from stored incidents, give the same as one long fold.
public struct IncidentFold: Sendable {
    private let rules: FoldRules
    private var latest: [Incident.Key: Incident] = [:]
    private var keys: [Incident.ID: Incident.Key] = [:]

    public init(_ incidents: some Sequence<Incident>, rules: FoldRules = .standard) {
        self.rules = rules
        for incident in incidents {
            keys[incident.id] = incident.key
            if (latest[incident.key]?.id ?? .min) < incident.id { latest[incident.key] = incident }
        }
    }

    public mutating func fold(_ entry: JournalEntry) -> IncidentChange {
        let change =
            switch entry {
            case .event(let journaled): changeOfEvent(journaled)
            case .acknowledgement(let acknowledgement): changeOfAcknowledgement(acknowledgement)
            }
        if let incident = change.incident {
            latest[incident.key] = incident
            keys[incident.id] = incident.key
        }
        return change
    }

    private func changeOfEvent(_ journaled: JournaledEvent) -> IncidentChange {
        guard case .fault(let report) = journaled.event.content else {
            return .ignored(sequence: journaled.sequence, .unparseable)
        }
        let incident = latest[Incident.Key(machine: journaled.event.machine, code: report.code)]
        return report.active
            ? changeOfActive(report, journaled, incident) : changeOfReturn(journaled, incident)
    }

    private func changeOfActive(
        _ report: FaultReport, _ journaled: JournaledEvent, _ latest: Incident?
    ) -> IncidentChange {
        guard var incident = latest, let transition = transition(of: incident, at: journaled.event.receivedAt) else {
            return opened(report, journaled, superseding: latest)
        }
        if transition != .repeated {
            incident.state = .activeUnacknowledged
            incident.acknowledgedBy = nil
            incident.acknowledgedAt = nil
        }
        incident.count += 1
        incident.see(journaled.event)
        return .updated(incident, transition, by: journaled.sequence)
    }

    /// How an active event moves the incident along; nil when it is a new occurrence.
    private func transition(of incident: Incident, at time: Date) -> IncidentChange.Transition? {
        // The magnitude, because a clock that was set back must not make everything look recent.
        let quietSeconds = abs(time.timeIntervalSince(incident.lastSeen))
        guard quietSeconds <= rules.newOccurrenceAfterSeconds else { return nil }
        let chatters = quietSeconds <= rules.chatterWindowSeconds
        switch incident.state {
        case .activeUnacknowledged, .activeAcknowledged: return .repeated
        case .returnedUnacknowledged: return chatters ? .chattered : .reactivated
        case .normal: return chatters ? .chattered : nil
        }
    }

    private func opened(
        _ report: FaultReport, _ journaled: JournaledEvent, superseding earlier: Incident?
    ) -> IncidentChange {
        let time = journaled.event.receivedAt
        let incident = Incident(
            id: journaled.sequence, machine: journaled.event.machine, code: report.code, message: report.message,
            severity: report.severity, state: .activeUnacknowledged, firstSeen: time, lastSeen: time, count: 1)
        guard var earlier, earlier.state.isOpen else { return .opened(incident, superseding: nil) }
        earlier.state = .normal
        return .opened(incident, superseding: earlier)
    }

    private func changeOfReturn(_ journaled: JournaledEvent, _ latest: Incident?) -> IncidentChange {
        guard var incident = latest, incident.state.isActive else {
            return .ignored(sequence: journaled.sequence, .returnedWithoutActive)
        }
        incident.state = incident.state == .activeAcknowledged ? .normal : .returnedUnacknowledged
        incident.see(journaled.event)
        return .updated(incident, .returned, by: journaled.sequence)
    }

    private func changeOfAcknowledgement(_ acknowledgement: Acknowledgement) -> IncidentChange {
        guard let key = keys[acknowledgement.incident] else {
            return .ignored(sequence: acknowledgement.sequence, .unknownIncident)
        }
        guard var incident = latest[key], incident.id == acknowledgement.incident,
            incident.state == .activeUnacknowledged || incident.state == .returnedUnacknowledged
        else { return .ignored(sequence: acknowledgement.sequence, .nothingToAcknowledge) }
        incident.state = incident.state.isActive ? .activeAcknowledged : .normal
        incident.acknowledgedBy = acknowledgement.by
        incident.acknowledgedAt = acknowledgement.at
        return .updated(incident, .acknowledged, by: acknowledgement.sequence)
    }
}

extension Incident {
    /// Never before `firstSeen`, so that a clock set back cannot make an incident end before it began.
    fileprivate mutating func see(_ event: Event) {
        lastSeen = max(firstSeen, event.receivedAt)
    }
}
