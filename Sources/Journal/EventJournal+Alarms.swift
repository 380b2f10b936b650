import Domain
import Foundation
import GRDB

/// A step in an incident's life, as the journal has it.
public struct IncidentTransition: Codable, Sendable, Hashable {
    /// Of the entry that caused it.
    public let sequence: Int64
    /// Of several that one entry caused, from 0.
    public let ordinal: Int
    public let incident: Incident.ID
    /// `opened`, or one of `IncidentChange.Transition`.
    public let transition: String
    /// Afterwards.
    public let state: AlarmState
    /// By the wall clock at that time.
    public let at: Date
}

extension EventJournal {
    /// What happened to an incident, in journal order; plain repetitions are counted and not listed.
    public func transitions(of incident: Incident.ID, limit: Int = 1_000) throws -> [IncidentTransition] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT incident_transition.*, wall FROM incident_transition JOIN entry USING (sequence)
                    WHERE incident = ? ORDER BY sequence, ordinal LIMIT ?
                    """, arguments: [incident, limit]
            ).map(IncidentTransition.init(_:))
        }
    }

    /// Groups of alarms, latest first.
    ///
    /// - Parameter floodsOnly: those that were too many for a person.
    public func alarmGroups(floodsOnly: Bool = false, limit: Int = 100) throws -> [AlarmGroup] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM alarm_group \(floodsOnly ? "WHERE flood = 1" : "") ORDER BY id DESC LIMIT ?",
                arguments: [limit]
            ).map(AlarmGroup.init(_:))
        }
    }

    /// How many groups ``alarmGroups(floodsOnly:limit:)`` has to list.
    public func alarmGroupCount(floodsOnly: Bool = false) throws -> Int {
        try reading { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM alarm_group \(floodsOnly ? "WHERE flood = 1" : "")") ?? 0
        }
    }

    public func alarmGroup(_ id: Incident.ID) throws -> AlarmGroup? {
        try reading { try EventJournal.alarmGroup(id, $0) }
    }

    static func alarmGroup(_ id: Incident.ID, _ database: Database) throws -> AlarmGroup? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT * FROM alarm_group WHERE id = ?"), arguments: [id]
        ).map(AlarmGroup.init(_:))
    }

    /// The incidents of a group, first-out first.
    public func incidents(ofGroup id: Incident.ID, limit: Int = 1_000) throws -> [Incident] {
        try reading { database in
            try Row.fetchAll(
                database, sql: "SELECT \(Incident.columns) FROM incident WHERE group_id = ? ORDER BY id LIMIT ?",
                arguments: [id, limit]
            ).map(Incident.init(_:))
        }
    }

    /// Open incidents of lost lines.
    public func lostLines() throws -> [Incident] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Incident.columns) FROM incident WHERE standing = 1 AND kind = 'comm-lost' ORDER BY id
                    """
            ).map(Incident.init(_:))
        }
    }
}

extension IncidentTransition {
    init(_ row: Row) throws {
        sequence = try row.decode(Int64.self, forColumn: "sequence")
        ordinal = try row.decode(Int.self, forColumn: "ordinal")
        incident = try row.decode(Int64.self, forColumn: "incident")
        transition = try row.decode(String.self, forColumn: "transition")
        state = try row.choice("state")
        at = try row.date("wall")
    }
}
