import Domain
import GRDB

/// A part of a list, with the length of the whole.
public struct ListPart<Row: Sendable>: Sendable {
    public let rows: [Row]
    /// Rows of the whole list.
    public let total: Int

    /// Rows that are not shown.
    public var more: Int { total - rows.count }

    public init(rows: [Row], total: Int) {
        self.rows = rows
        self.total = total
    }
}

/// One row of the alarm list: an incident, or a whole flood behind its first alarm.
public struct AlarmListRow: Sendable, Hashable {
    public struct Flood: Sendable, Hashable {
        public let group: AlarmGroup
        /// Members that the list is about; others are closed.
        public let members: Int
        /// The highest of those members.
        public let priority: AlarmPriority
    }

    /// Of a flood the first-out, closed or not.
    public let incident: Incident
    public let flood: Flood?

    public var priority: AlarmPriority { flood?.priority ?? incident.priority }
}

extension EventJournal {
    /// Alarms as a person is to see them: a flood is one row, whatever became of its first alarm.
    ///
    /// What is open comes first, then by priority, then the latest first. Members are folded before the limit counts, so
    /// a flood hides nothing.
    ///
    /// - Parameters:
    ///   - machine: nil lists every machine's.
    ///   - limit: rows, 1 or more.
    public func alarmList(
        _ filter: IncidentFilter, machine: MachineID? = nil, limit: Int = 100
    ) throws -> ListPart<AlarmListRow> {
        try alarmList(filter, machine, group: nil, limit)
    }

    /// The members of a group, each a row, in the same order.
    public func alarmList(
        ofGroup group: Incident.ID, _ filter: IncidentFilter, machine: MachineID? = nil, limit: Int = 100
    ) throws -> ListPart<AlarmListRow> {
        try alarmList(filter, machine, group: group, limit)
    }

    private func alarmList(
        _ filter: IncidentFilter, _ machine: MachineID?, group: Incident.ID?, _ limit: Int
    ) throws -> ListPart<AlarmListRow> {
        var conditions = ListConditions()
        if filter == .open { conditions.add("state <> 'normal'") }
        conditions.add("incident.machine = ?", machine?.rawValue)
        conditions.add("incident.group_id = ?", group)
        let folded = group == nil ? "flood.id = incident.group_id AND flood.flood = 1" : "false"
        return try reading { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT coalesce(flood.id, incident.id) AS first, flood.id IS NOT NULL AS is_flood,
                        min(incident.id) AS any_member, count(*) AS members, max(state <> 'normal') AS is_open,
                        min(CASE WHEN state <> 'normal' THEN \(Schema.rank("priority")) END) AS open_rank,
                        min(\(Schema.rank("priority"))) AS any_rank, count(*) OVER () AS total
                    FROM incident LEFT JOIN alarm_group AS flood ON \(folded)
                    WHERE \(conditions.sql)
                    GROUP BY first
                    ORDER BY is_open DESC, coalesce(open_rank, any_rank), max(incident.id) DESC LIMIT ?
                    """, arguments: conditions.arguments + [limit])
            return ListPart(
                rows: try rows.compactMap { try EventJournal.alarmListRow($0, database) },
                total: try rows.first?.decode(Int.self, forColumn: "total") ?? 0)
        }
    }

    private static func alarmListRow(_ row: Row, _ database: Database) throws -> AlarmListRow? {
        let first = try row.decode(Int64.self, forColumn: "first")
        // Whatever became of the first alarm's row, the others are shown.
        guard
            let incident = try incident(first, database)
                ?? incident(try row.decode(Int64.self, forColumn: "any_member"), database)
        else { return nil }
        guard try row.decode(Bool.self, forColumn: "is_flood"), let group = try alarmGroup(first, database) else {
            return AlarmListRow(incident: incident, flood: nil)
        }
        let rank = try row.decode(Int?.self, forColumn: "open_rank") ?? row.decode(Int.self, forColumn: "any_rank")
        return AlarmListRow(
            incident: incident,
            flood: AlarmListRow.Flood(
                group: group, members: try row.decode(Int.self, forColumn: "members"),
                priority: [AlarmPriority.high, .medium, .low][rank]))
    }
}
