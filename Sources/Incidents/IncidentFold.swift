import Domain
import Foundation

/// Folds journal entries into incidents: a pure state machine over the alarm states of ISA-18.2-2016 §5.2.
///
/// Start it with the latest incident of every fault that the entries speak of, closed ones included, those whose
/// deadlines the entries reach, and the latest group of each machine; and feed it the entries in journal order. It reads
/// no clock: distances in time are those of ``JournalEntry/steadySeconds``. Entries folded one at a time, each from stored
/// incidents, give the same as one long fold.
public struct IncidentFold: Sendable {
    let rules: FoldRules
    var latest: [Incident.Key: Incident] = [:]
    private(set) var keys: [Incident.ID: Incident.Key] = [:]
    var groups: [MachineID?: AlarmGroup] = [:]
    /// What the entry under work did so far.
    var changes: [IncidentChange] = []

    public init(
        _ incidents: some Sequence<Incident>, groups: some Sequence<AlarmGroup> = [], rules: FoldRules = .standard
    ) {
        self.rules = rules
        for incident in incidents {
            keys[incident.id] = incident.key
            if (latest[incident.key]?.id ?? .min) < incident.id { latest[incident.key] = incident }
        }
        // By their start: an incident that was delayed opens a group of a lower number than the one before.
        for group in groups.sorted(by: { $0.startedSteadySeconds < $1.startedSteadySeconds }) {
            self.groups[group.machine] = group
        }
    }

    /// - Returns: what the entry did, in order, never empty.
    public mutating func fold(_ entry: JournalEntry) -> [IncidentChange] {
        changes = []
        let moment = Moment(sequence: entry.sequence, steadySeconds: entry.steadySeconds)
        let ignored: IncidentChange.IgnoreReason? =
            switch entry {
            case .event(let journaled): foldEvent(journaled, moment)
            case .acknowledgement(let acknowledgement): foldAcknowledgement(acknowledgement, moment)
            case .operation(let operation): foldOperation(operation, moment)
            case .timer: foldTimer(moment)
            case .rules: foldRules(moment)
            }
        if let ignored { changes.append(.ignored(sequence: entry.sequence, ignored)) }
        return changes
    }

    /// The place and time of the entry under work.
    struct Moment {
        let sequence: Int64
        let steadySeconds: Double
    }

    mutating func keep(_ incident: Incident) {
        latest[incident.key] = incident
        keys[incident.id] = incident.key
    }

    mutating func update(_ incident: Incident, _ transition: IncidentChange.Transition, _ moment: Moment) {
        keep(incident)
        changes.append(.updated(incident, transition, by: moment.sequence))
    }

    /// Applies an input to the incident's state.
    ///
    /// - Returns: false when it does nothing in this state.
    func apply(_ input: AlarmInput, to incident: inout Incident) -> Bool {
        let latches = rules.rule(for: incident.key).latches
        guard let state = incident.state.after(input, isStanding: incident.isStanding, latches: latches) else {
            return false
        }
        if state == .activeUnacknowledged, incident.state != state {
            incident.acknowledgedBy = nil
            incident.acknowledgedAt = nil
        }
        if !state.isActive {
            incident.isStale = false
            incident.deadlines.stale = nil
            incident.deadlines.clear = nil
        }
        if state != .shelved {
            incident.deadlines.unshelve = nil
            incident.shelvedUntil = nil
        }
        incident.state = state
        return true
    }

    /// Sets when an incident that has just become active will have stood for too long.
    func expectStale(_ incident: inout Incident, _ moment: Moment) {
        incident.deadlines.stale =
            incident.state.isActive ? moment.steadySeconds + rules.staleAfterSeconds : nil
    }
}
