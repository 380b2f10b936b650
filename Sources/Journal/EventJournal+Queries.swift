import Domain
import GRDB

/// Which incidents a list shows.
public enum IncidentFilter: String, Sendable, CaseIterable {
    case open, all
}

/// Totals over the whole journal.
public struct JournalCounters: Sendable, Hashable {
    public var events: Int
    /// Of `events`, those whose payload could not be read.
    public var unparseable: Int
    /// Redeliveries that made no event. A statistic: a crash may lose those since the last event.
    public var duplicates: Int
    public var incidents: Int
    public var openIncidents: Int
    public var answersByStatus: [Answer.Status: Int]
    public var undeliveredAnswers: Int
}

extension EventJournal {
    /// Latest first.
    ///
    /// - Parameter machine: nil lists every machine's.
    public func incidents(
        _ filter: IncidentFilter, machine: MachineID? = nil, limit: Int = 100
    ) throws -> [Incident] {
        var conditions = ListConditions()
        if filter == .open { conditions.add("state <> 'normal'") }
        conditions.add("machine = ?", machine?.rawValue)
        return try reading { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(Incident.columns) FROM incident WHERE \(conditions.sql) ORDER BY id DESC LIMIT ?",
                arguments: conditions.arguments + [limit]
            ).map(Incident.init(_:))
        }
    }

    public func incident(_ id: Incident.ID) throws -> Incident? {
        try reading { try EventJournal.incident(id, $0) }
    }

    /// The events folded into an incident, returns included, in journal order.
    public func events(of incident: Incident.ID, limit: Int = 100) throws -> [JournaledEvent] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Event.columns), steady FROM incident_event
                        JOIN event USING (sequence) JOIN entry USING (sequence)
                    WHERE incident = ? ORDER BY sequence LIMIT ?
                    """, arguments: [incident, limit]
            ).map(JournaledEvent.init(_:))
        }
    }

    public func event(_ sequence: Int64) throws -> JournaledEvent? {
        try reading { database in
            try Row.fetchOne(
                database,
                sql: "SELECT \(Event.columns), steady FROM event JOIN entry USING (sequence) WHERE sequence = ?",
                arguments: [sequence]
            ).map(JournaledEvent.init(_:))
        }
    }

    /// Latest first.
    public func unparseableEvents(limit: Int = 100) throws -> [JournaledEvent] {
        try events(unparseableOnly: true, limit: limit)
    }

    /// Latest first.
    ///
    /// - Parameter machine: nil lists every machine's, and what belongs to none.
    public func events(
        unparseableOnly: Bool, machine: MachineID? = nil, limit: Int = 100
    ) throws -> [JournaledEvent] {
        var conditions = ListConditions()
        if unparseableOnly { conditions.add("unparseable_reason IS NOT NULL") }
        conditions.add("machine = ?", machine?.rawValue)
        return try reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Event.columns), steady FROM event JOIN entry USING (sequence)
                    WHERE \(conditions.sql) ORDER BY sequence DESC LIMIT ?
                    """, arguments: conditions.arguments + [limit]
            ).map(JournaledEvent.init(_:))
        }
    }

    public func counters() throws -> JournalCounters {
        let unstoredDuplicates = intake.withLock { $0.unstoredDuplicates }
        return try reading { database in
            func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: "SELECT \(sql)") ?? 0 }
            var answersByStatus: [Answer.Status: Int] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT status, count(*) AS total FROM answer GROUP BY status") {
                let name = try row.decode(String.self, forColumn: "status")
                guard let status = Answer.Status(rawValue: name) else {
                    throw RowProblem(column: "status", expected: "an answer status", found: name)
                }
                answersByStatus[status] = try row.decode(Int.self, forColumn: "total")
            }
            return JournalCounters(
                events: try count("count(*) FROM event"),
                unparseable: try count("count(*) FROM event WHERE unparseable_reason IS NOT NULL"),
                duplicates: try count("value FROM tally WHERE name = 'duplicates'") + unstoredDuplicates,
                incidents: try count("count(*) FROM incident"),
                openIncidents: try count("count(*) FROM incident WHERE state <> 'normal'"),
                answersByStatus: answersByStatus,
                undeliveredAnswers: try count("count(*) FROM delivery WHERE delivered_at IS NULL"))
        }
    }
}
