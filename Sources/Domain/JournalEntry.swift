import Foundation

/// What the fold of incidents reads, in journal order.
public enum JournalEntry: Codable, Sendable, Hashable {
    case event(JournaledEvent)
    case acknowledgement(Acknowledgement)

    /// The place in the journal; events and acknowledgements share one numbering.
    public var sequence: Int64 {
        switch self {
        case .event(let journaled): journaled.sequence
        case .acknowledgement(let acknowledgement): acknowledgement.sequence
        }
    }
}

/// A person's word that they know of an incident.
public struct Acknowledgement: Codable, Sendable, Hashable {
    public let sequence: Int64
    public let incident: Incident.ID
    /// Who acknowledged, as they are known to the terminal.
    public let by: String
    public let at: Date

    public init(sequence: Int64, incident: Incident.ID, by: String, at: Date) {
        self.sequence = sequence
        self.incident = incident
        self.by = by
        self.at = at
    }
}
