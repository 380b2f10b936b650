import Foundation

/// What the fold of incidents reads, in journal order.
public enum JournalEntry: Codable, Sendable, Hashable {
    case event(JournaledEvent)
    case acknowledgement(Acknowledgement)
    case operation(AlarmOperation)
    /// Nothing but time has passed: deadlines up to here are due.
    case timer(sequence: Int64, steadySeconds: Double)
    /// From here on the journal is folded by other rules.
    case rules(sequence: Int64, steadySeconds: Double)

    /// The place in the journal; all entries share one numbering.
    public var sequence: Int64 {
        switch self {
        case .event(let journaled): journaled.sequence
        case .acknowledgement(let acknowledgement): acknowledgement.sequence
        case .operation(let operation): operation.sequence
        case .timer(let sequence, _), .rules(let sequence, _): sequence
        }
    }

    /// When it entered the journal, in seconds of a time that never goes back (``SteadyTime``): what distances in time
    /// are taken of.
    public var steadySeconds: Double {
        switch self {
        case .event(let journaled): journaled.steadySeconds
        case .acknowledgement(let acknowledgement): acknowledgement.steadySeconds
        case .operation(let operation): operation.steadySeconds
        case .timer(_, let steadySeconds), .rules(_, let steadySeconds): steadySeconds
        }
    }
}

/// A person's word that they know of an incident.
public struct Acknowledgement: Codable, Sendable, Hashable {
    public let sequence: Int64
    public let steadySeconds: Double
    public let incident: Incident.ID
    /// Who acknowledged, as they are known to the terminal.
    public let by: String
    public let at: Date

    public init(sequence: Int64, steadySeconds: Double, incident: Incident.ID, by: String, at: Date) {
        self.sequence = sequence
        self.steadySeconds = steadySeconds
        self.incident = incident
        self.by = by
        self.at = at
    }
}

/// What a person, or the program by a rule of the site's, does to an incident besides acknowledging it.
public struct AlarmOperation: Codable, Sendable, Hashable {
    public enum Action: String, Codable, Sendable, Hashable, CaseIterable {
        case shelve, unshelve
        /// Ends a latched alarm.
        case reset
        case removeFromService = "remove-from-service"
        case returnToService = "return-to-service"
        /// Ends an alarm that nobody has touched for as long as the site says.
        case close
    }

    /// The longest time on the shelf, in seconds: nothing is put away for longer than a day without another thought.
    public static let shelvingLimitSeconds = 86_400.0

    public let sequence: Int64
    public let steadySeconds: Double
    public let incident: Incident.ID
    public let action: Action
    /// How long it is shelved; nil for the other actions.
    public let seconds: Double?
    /// Who did it; a program's name begins with `program:`.
    public let by: String
    public let reason: String?
    public let at: Date

    public init(
        sequence: Int64, steadySeconds: Double, incident: Incident.ID, action: Action, seconds: Double?, by: String,
        reason: String?, at: Date
    ) {
        self.sequence = sequence
        self.steadySeconds = steadySeconds
        self.incident = incident
        self.action = action
        self.seconds = seconds
        self.by = by
        self.reason = reason
        self.at = at
    }
}
