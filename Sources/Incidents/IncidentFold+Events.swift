import Domain
import Foundation

extension IncidentFold {
    mutating func foldEvent(_ journaled: JournaledEvent, _ moment: Moment) -> IncidentChange.IgnoreReason? {
        guard case .fault(let report) = journaled.event.content else { return .unparseable }
        let key = Incident.Key(journaled.event, report)
        settle(key, moment)
        let ignored = report.active ? foldActive(report, journaled, key, moment) : foldReturn(journaled, key, moment)
        if ignored == nil { updateSuppressed(by: key, moment) }
        return ignored
    }

    private mutating func foldActive(
        _ report: FaultReport, _ journaled: JournaledEvent, _ key: Incident.Key, _ moment: Moment
    ) -> IncidentChange.IgnoreReason? {
        guard var incident = latest[key], let transition = transition(of: incident, moment) else {
            open(report, journaled, key, moment)
            return nil
        }
        incident.isStanding = true
        incident.count += 1
        incident.see(journaled)
        incident.deadlines.clear = nil
        if transition == .delayed {
            // It went before it was announced, and is back: another try, not another incident.
            incident.deadlines.announce = moment.steadySeconds + rules.rule(for: key).onDelaySeconds
        } else if incident.isAnnounced {
            let wasActive = incident.state.isActive
            _ = apply(.active, to: &incident)
            if !wasActive { expectStale(&incident, moment) }
        }
        switch transition {
        case .chattered: incident.chatters += 1
        case .reactivated: incident.chatters = 0
        default: break
        }
        update(incident, transition, moment)
        suppressIfCalledFor(key, moment)
        return nil
    }

    /// How an active report moves the incident along; nil when it is a new occurrence.
    private func transition(of incident: Incident, _ moment: Moment) -> IncidentChange.Transition? {
        if incident.state.isHeldBack { return .repeated }
        let quietSeconds = moment.steadySeconds - incident.lastSteadySeconds
        guard quietSeconds <= rules.newOccurrenceAfterSeconds else { return nil }
        let chatters = quietSeconds <= rules.chatterWindowSeconds
        switch incident.state {
        case .activeUnacknowledged, .activeAcknowledged: return .repeated
        case .returnedUnacknowledged, .latched: return chatters ? .chattered : .reactivated
        case .normal where incident.isAnnounced: return chatters ? .chattered : nil
        case .normal: return incident.deadlines.announce == nil ? .delayed : .repeated
        case .shelved, .suppressed, .outOfService: return .repeated
        }
    }

    private mutating func open(
        _ report: FaultReport, _ journaled: JournaledEvent, _ key: Incident.Key, _ moment: Moment
    ) {
        let rule = rules.rule(for: key)
        let time = journaled.event.receivedAt
        var incident = Incident(
            id: journaled.sequence, kind: key.kind, machine: key.machine, code: report.code, instance: key.instance,
            message: report.message, severity: report.severity, priority: rule.priority(severity: report.severity),
            state: .normal, firstSeen: time, lastSeen: time, lastSteadySeconds: moment.steadySeconds, count: 1,
            isAnnounced: false, isStanding: true)
        if isSuppressed(key) {
            closeEarlier(key, moment)
            incident.state = .suppressed
            update(incident, .suppressed, moment)
        } else if rule.onDelaySeconds > 0 {
            closeEarlier(key, moment)
            incident.deadlines.announce = moment.steadySeconds + rule.onDelaySeconds
            update(incident, .delayed, moment)
        } else {
            announce(incident, superseding: superseded(key), moment)
        }
    }

    /// The open incident that a new occurrence of the same fault closes, as it then stands.
    private func superseded(_ key: Incident.Key) -> Incident? {
        guard var earlier = latest[key], earlier.state.isOpen else { return nil }
        earlier.state = .normal
        earlier.end()
        return earlier
    }

    /// Closes an earlier open incident before a new one that is not announced yet.
    private mutating func closeEarlier(_ key: Incident.Key, _ moment: Moment) {
        guard let earlier = superseded(key) else { return }
        update(earlier, .returned, moment)
    }

    /// Tells people of an incident for the first time.
    mutating func announce(_ announced: Incident, superseding earlier: Incident? = nil, _ moment: Moment) {
        var incident = announced
        incident.isAnnounced = true
        incident.state = .activeUnacknowledged
        incident.deadlines.announce = nil
        expectStale(&incident, moment)
        // The loss of a line is no consequence of a fault, nor its cause.
        let joined = incident.kind == .fault ? join(&incident, moment) : []
        keep(incident)
        changes.append(.opened(incident, superseding: earlier, by: moment.sequence))
        changes += joined
    }

    private mutating func foldReturn(
        _ journaled: JournaledEvent, _ key: Incident.Key, _ moment: Moment
    ) -> IncidentChange.IgnoreReason? {
        guard var incident = latest[key], incident.isStanding else { return .returnedWithoutActive }
        incident.isStanding = false
        incident.see(journaled)
        if incident.deadlines.announce != nil {
            incident.deadlines.announce = nil
            update(incident, .withdrawn, moment)
            return nil
        }
        let offDelaySeconds = rules.rule(for: key).offDelaySeconds
        if offDelaySeconds > 0, incident.state.isActive {
            incident.deadlines.clear = moment.steadySeconds + offDelaySeconds
            update(incident, .clearing, moment)
        } else {
            _ = apply(.returned, to: &incident)
            update(incident, .returned, moment)
        }
        return nil
    }
}

extension IncidentFold {
    /// Whether a rule keeps the fault back now. A stale cause keeps nothing back: a machine that never reports its end
    /// must not hide others for good.
    func isSuppressed(_ key: Incident.Key) -> Bool {
        guard let cause = rules.suppressor(of: key).flatMap({ latest[$0] }) else { return false }
        return cause.isStanding && !cause.isStale
    }

    /// Keeps an incident back whose suppressing fault stands, after whatever brought it forward.
    mutating func suppressIfCalledFor(_ key: Incident.Key, _ moment: Moment) {
        guard isSuppressed(key), var incident = latest[key], apply(.suppress, to: &incident) else { return }
        update(incident, .suppressed, moment)
    }

    /// Keeps back or brings forward what depends on this fault.
    mutating func updateSuppressed(by key: Incident.Key, _ moment: Moment) {
        for dependent in rules.suppressed(by: key) {
            settle(dependent, moment)
            if isSuppressed(dependent) {
                suppressIfCalledFor(dependent, moment)
                continue
            }
            unsuppress(dependent, moment)
        }
    }

    /// Brings an incident forward that is kept back; does nothing to others.
    mutating func unsuppress(_ key: Incident.Key, _ moment: Moment) {
        guard var incident = latest[key], apply(.unsuppress, to: &incident) else { return }
        if incident.isStanding, !incident.isAnnounced {
            announce(incident, moment)
        } else {
            expectStale(&incident, moment)
            update(incident, .unsuppressed, moment)
        }
    }
}

extension Incident {
    /// Leaves nothing of a closed incident to come: whether its fault stands is a matter of the next report.
    mutating func end() {
        isStanding = false
        isStale = false
        deadlines = Deadlines()
    }

    /// Never before `firstSeen`, so that a clock set back cannot make an incident end before it began.
    fileprivate mutating func see(_ journaled: JournaledEvent) {
        lastSeen = max(firstSeen, journaled.event.receivedAt)
        lastSteadySeconds = journaled.steadySeconds
    }
}
