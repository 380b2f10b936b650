import Domain
import Foundation

extension IncidentFold {
    mutating func foldAcknowledgement(
        _ acknowledgement: Acknowledgement, _ moment: Moment
    ) -> IncidentChange.IgnoreReason? {
        guard let key = key(ofIncident: acknowledgement.incident, moment) else { return .unknownIncident }
        guard var incident = latest[key], incident.id == acknowledgement.incident,
            apply(.acknowledge, to: &incident)
        else { return .nothingToAcknowledge }
        incident.acknowledgedBy = acknowledgement.by
        incident.acknowledgedAt = acknowledgement.at
        update(incident, .acknowledged, moment)
        return nil
    }

    mutating func foldOperation(_ operation: AlarmOperation, _ moment: Moment) -> IncidentChange.IgnoreReason? {
        guard let key = key(ofIncident: operation.incident, moment) else { return .unknownIncident }
        let (input, transition) = operation.action.effect
        guard var incident = latest[key], incident.id == operation.incident, apply(input, to: &incident) else {
            return .operationDoesNotApply
        }
        if operation.action == .shelve {
            // Whatever an entry says, the shelf gives everything back.
            let limit = AlarmOperation.shelvingLimitSeconds
            let seconds = min(max(operation.seconds ?? limit, 0), limit)
            incident.deadlines.unshelve = moment.steadySeconds + seconds
            incident.shelvedUntil = operation.at + seconds
        }
        if operation.action == .close {
            incident.end()
            update(incident, transition, moment)
            updateSuppressed(by: key, moment)
        } else {
            bringForward(incident, transition, moment)
        }
        return nil
    }

    /// Settles what is due of the incident's fault before anything is done to it.
    private mutating func key(ofIncident id: Incident.ID, _ moment: Moment) -> Incident.Key? {
        guard let key = keys[id] else { return nil }
        settle(key, moment)
        return key
    }

    /// Ends an incident's time on the shelf or out of service, or puts it there.
    private mutating func bringForward(
        _ changed: Incident, _ transition: IncidentChange.Transition, _ moment: Moment
    ) {
        var incident = changed
        expectStale(&incident, moment)
        if incident.state == .activeUnacknowledged, !incident.isAnnounced {
            // It came out of suppression by way of maintenance: nobody has heard of it.
            announce(incident, moment)
        } else {
            update(incident, transition, moment)
        }
        suppressIfCalledFor(incident.key, moment)
    }

    mutating func foldTimer(_ moment: Moment) -> IncidentChange.IgnoreReason? {
        let due = latest.values.filter { ($0.deadlines.next ?? .infinity) <= moment.steadySeconds }
        // The order of a dictionary is no order.
        for incident in due.sorted(by: { ($0.deadlines.next ?? 0, $0.id) < ($1.deadlines.next ?? 0, $1.id) }) {
            settle(incident.key, moment)
        }
        endFloods(moment)
        return changes.isEmpty ? .nothingDue : nil
    }

    /// Brings forward what the rules before kept back and these do not: nothing else would, once no rule speaks of it.
    mutating func foldRules(_ moment: Moment) -> IncidentChange.IgnoreReason? {
        let keptBack = latest.values.filter { $0.state == .suppressed }.sorted { $0.id < $1.id }
        for incident in keptBack {
            settle(incident.key, moment)
            if !isSuppressed(incident.key) { unsuppress(incident.key, moment) }
        }
        return changes.isEmpty ? .nothingToBringForward : nil
    }

    /// Does what is due of a fault's latest incident by now, in the order of the deadlines.
    mutating func settle(_ key: Incident.Key, _ moment: Moment) {
        while var incident = latest[key], let due = incident.deadlines.next, due <= moment.steadySeconds {
            let deadlines = incident.deadlines
            switch due {
            case deadlines.announce:
                incident.deadlines.announce = nil
                if isSuppressed(key) {
                    incident.state = .suppressed
                    update(incident, .suppressed, moment)
                } else {
                    announce(incident, moment)
                }
            case deadlines.clear:
                incident.deadlines.clear = nil
                _ = apply(.returned, to: &incident)
                update(incident, .returned, moment)
            case deadlines.unshelve:
                incident.deadlines.unshelve = nil
                _ = apply(.unshelve, to: &incident)
                bringForward(incident, .unshelved, moment)
            default:
                incident.deadlines.stale = nil
                incident.isStale = true
                update(incident, .becameStale, moment)
                updateSuppressed(by: key, moment)
            }
        }
    }
}

extension AlarmOperation.Action {
    fileprivate var effect: (AlarmInput, IncidentChange.Transition) {
        switch self {
        case .shelve: (.shelve, .shelved)
        case .unshelve: (.unshelve, .unshelved)
        case .reset: (.reset, .reset)
        case .removeFromService: (.removeFromService, .removedFromService)
        case .returnToService: (.returnToService, .returnedToService)
        case .close: (.close, .closed)
        }
    }
}
