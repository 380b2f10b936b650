/// What a journal entry does to the incidents. Every entry makes at least one change.
public enum IncidentChange: Codable, Sendable, Hashable {
    /// How an incident moved along.
    public enum Transition: String, Codable, Sendable, Hashable, CaseIterable {
        /// It is there and not announced before it has stood for its on-delay.
        case delayed
        /// It went before its on-delay was over.
        case withdrawn
        /// The same fault was reported again while it stood.
        case repeated
        /// It had gone and came back within the chatter window: the same alarm, not worth another announcement.
        case chattered
        /// It had gone for longer and came back before anybody acknowledged it: to be announced again.
        case reactivated
        /// The machine says that the fault is gone; it counts as gone once its off-delay is over.
        case clearing
        /// The fault is gone.
        case returned
        case acknowledged
        case reset
        case shelved
        /// By a person or because its time was over.
        case unshelved
        case suppressed
        case unsuppressed
        case removedFromService = "removed-from-service"
        case returnedToService = "returned-to-service"
        /// It has stood for a day.
        case becameStale = "became-stale"
        /// Nobody had touched it for as long as the site says.
        case closed
    }

    /// What happened to a group of alarms.
    public enum GroupTransition: String, Codable, Sendable, Hashable, CaseIterable {
        case started, joined
        case floodBegan = "flood-began"
        case floodEnded = "flood-ended"
    }

    /// Why an entry touches no incident.
    public enum IgnoreReason: String, Codable, Sendable, Hashable, CaseIterable {
        case unparseable
        /// The machine reports the end of a fault that does not stand here.
        case returnedWithoutActive = "returned-without-active"
        /// The incident is acknowledged, held back or closed already.
        case nothingToAcknowledge = "nothing-to-acknowledge"
        /// The incident's state does not allow the operation.
        case operationDoesNotApply = "operation-does-not-apply"
        case unknownIncident = "unknown-incident"
        /// No deadline was due at a timer.
        case nothingDue = "nothing-due"
        /// No alarm was kept back that the new rules do not keep back.
        case nothingToBringForward = "nothing-to-bring-forward"
    }

    /// A new occurrence, now announced. `superseding` is the earlier open incident of the same fault that it closes, as
    /// it then stands.
    case opened(Incident, superseding: Incident?, by: Int64)
    /// The incident as it stands after the entry with the sequence number `by`.
    case updated(Incident, Transition, by: Int64)
    case grouped(AlarmGroup, GroupTransition, by: Int64)
    case ignored(sequence: Int64, IgnoreReason)

    /// Of the entry that made this change.
    public var sequence: Int64 {
        switch self {
        case .opened(_, _, let sequence), .updated(_, _, let sequence), .grouped(_, _, let sequence): sequence
        case .ignored(let sequence, _): sequence
        }
    }

    /// The incident that changed, as it stands afterwards.
    public var incident: Incident? {
        switch self {
        case .opened(let incident, _, _), .updated(let incident, _, _): incident
        case .grouped, .ignored: nil
        }
    }
}
