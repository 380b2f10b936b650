/// What one journal entry does to the incidents. Every entry makes exactly one change.
public enum IncidentChange: Codable, Sendable, Hashable {
    /// How an entry moved an open incident along, or brought back one that was just closed.
    public enum Transition: String, Codable, Sendable, Hashable, CaseIterable {
        /// The same fault was reported again while it stood.
        case repeated
        /// It had gone and came back within the chatter window: the same alarm, not worth another announcement.
        case chattered
        /// It had gone for longer and came back before anybody acknowledged it: to be announced again.
        case reactivated
        /// The machine says that the fault is gone.
        case returned
        case acknowledged
    }

    /// Why an entry touches no incident.
    public enum IgnoreReason: String, Codable, Sendable, Hashable, CaseIterable {
        case unparseable
        /// The machine reports the end of a fault that is not active here.
        case returnedWithoutActive = "returned-without-active"
        /// The incident is acknowledged or closed already.
        case nothingToAcknowledge = "nothing-to-acknowledge"
        case unknownIncident = "unknown-incident"
    }

    /// A new occurrence. `superseding` is the earlier open incident of the same fault that it closes, as it then stands.
    case opened(Incident, superseding: Incident?)
    /// The incident as it stands after the entry with the sequence number `by`.
    case updated(Incident, Transition, by: Int64)
    case ignored(sequence: Int64, IgnoreReason)

    /// Of the entry that made this change.
    public var sequence: Int64 {
        switch self {
        case .opened(let incident, _): incident.id
        case .updated(_, _, let sequence): sequence
        case .ignored(let sequence, _): sequence
        }
    }

    /// The incident that the entry belongs to, as it stands afterwards.
    public var incident: Incident? {
        switch self {
        case .opened(let incident, _), .updated(let incident, _, _): incident
        case .ignored: nil
        }
    }
}
