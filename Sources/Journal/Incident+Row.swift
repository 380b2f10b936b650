import Domain
import GRDB

extension Incident {
    static let columns = """
        id, kind, machine, code, instance, message, severity, priority, state, first_seen, last_seen, last_steady, count,
        acknowledged_by, acknowledged_at, announced, standing, chatters, stale, shelved_until, announce_at, clear_at,
        unshelve_at, stale_at, group_id
        """

    /// Writes the row, or what can change in it.
    ///
    /// - Parameter sequence: of the entry that made it so.
    func save(by sequence: Int64, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO incident (\(Incident.columns), normalized_code, next_deadline, last_sequence, answered)
                VALUES (:id, :kind, :machine, :code, :instance, :message, :severity, :priority, :state, :first, :last,
                    :steady, :count, :by, :at, :announced, :standing, :chatters, :stale, :shelved, :announce, :clear,
                    :unshelve, :stale_at, :group, :normalized, :next, :sequence,
                    EXISTS (SELECT 1 FROM answer WHERE incident = :id))
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, last_seen = excluded.last_seen,
                    last_steady = excluded.last_steady, count = excluded.count,
                    acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
                    announced = excluded.announced, standing = excluded.standing, chatters = excluded.chatters,
                    stale = excluded.stale, shelved_until = excluded.shelved_until, announce_at = excluded.announce_at,
                    clear_at = excluded.clear_at, unshelve_at = excluded.unshelve_at, stale_at = excluded.stale_at,
                    next_deadline = excluded.next_deadline, group_id = excluded.group_id,
                    last_sequence = excluded.last_sequence
                """)
        try statement.execute(
            arguments: [
                "id": id, "kind": kind.rawValue, "machine": machine?.rawValue, "code": code.written,
                "instance": instance, "message": message, "severity": severity, "priority": priority.rawValue,
                "state": state.rawValue, "first": firstSeen.timeIntervalSince1970,
                "last": lastSeen.timeIntervalSince1970, "steady": lastSteadySeconds, "count": count,
                "by": acknowledgedBy, "at": acknowledgedAt?.timeIntervalSince1970, "announced": isAnnounced,
                "standing": isStanding, "chatters": chatters, "stale": isStale,
                "shelved": shelvedUntil?.timeIntervalSince1970, "announce": deadlines.announce,
                "clear": deadlines.clear, "unshelve": deadlines.unshelve, "stale_at": deadlines.stale,
                "group": group, "normalized": code.normalized, "next": deadlines.next, "sequence": sequence,
            ])
    }

    init(_ row: Row) throws {
        var deadlines = Deadlines()
        deadlines.announce = try row.decode(Double?.self, forColumn: "announce_at")
        deadlines.clear = try row.decode(Double?.self, forColumn: "clear_at")
        deadlines.unshelve = try row.decode(Double?.self, forColumn: "unshelve_at")
        deadlines.stale = try row.decode(Double?.self, forColumn: "stale_at")
        self.init(
            id: try row.decode(Int64.self, forColumn: "id"),
            kind: try row.choice("kind"),
            machine: try row.decode(String?.self, forColumn: "machine").map(MachineID.init(rawValue:)),
            code: try row.faultCode("code"),
            instance: try row.decode(String?.self, forColumn: "instance"),
            message: try row.decode(String?.self, forColumn: "message"),
            severity: try row.decode(String?.self, forColumn: "severity"),
            priority: try row.choice("priority"),
            state: try row.choice("state"),
            firstSeen: try row.date("first_seen"),
            lastSeen: try row.date("last_seen"),
            lastSteadySeconds: try row.decode(Double.self, forColumn: "last_steady"),
            count: try row.decode(Int.self, forColumn: "count"),
            acknowledgedBy: try row.decode(String?.self, forColumn: "acknowledged_by"),
            acknowledgedAt: try row.optionalDate("acknowledged_at"),
            isAnnounced: try row.decode(Bool.self, forColumn: "announced"),
            isStanding: try row.decode(Bool.self, forColumn: "standing"),
            chatters: try row.decode(Int.self, forColumn: "chatters"),
            isStale: try row.decode(Bool.self, forColumn: "stale"),
            shelvedUntil: try row.optionalDate("shelved_until"),
            deadlines: deadlines,
            group: try row.decode(Int64?.self, forColumn: "group_id"))
    }
}

extension AlarmGroup {
    func save(_ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO alarm_group (id, machine, started_at, last_at, started_steady, last_steady, count,
                    highest_priority, flood, flood_ends)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, last_steady = excluded.last_steady,
                    count = excluded.count, highest_priority = excluded.highest_priority, flood = excluded.flood,
                    flood_ends = excluded.flood_ends
                """)
        try statement.execute(
            arguments: [
                id, machine?.rawValue, startedAt.timeIntervalSince1970, lastAt.timeIntervalSince1970,
                startedSteadySeconds, lastSteadySeconds, count, highestPriority.rawValue, isFlood, floodEnds,
            ])
    }

    init(_ row: Row) throws {
        self.init(
            id: try row.decode(Int64.self, forColumn: "id"),
            machine: try row.decode(String?.self, forColumn: "machine").map(MachineID.init(rawValue:)),
            startedAt: try row.date("started_at"),
            lastAt: try row.date("last_at"),
            startedSteadySeconds: try row.decode(Double.self, forColumn: "started_steady"),
            lastSteadySeconds: try row.decode(Double.self, forColumn: "last_steady"),
            count: try row.decode(Int.self, forColumn: "count"),
            highestPriority: try row.choice("highest_priority"),
            isFlood: try row.decode(Bool.self, forColumn: "flood"),
            floodEnds: try row.decode(Double?.self, forColumn: "flood_ends"))
    }
}

extension Row {
    /// A column that holds one of a type's names.
    func choice<Value: RawRepresentable & CaseIterable>(_ column: String) throws -> Value
    where Value.RawValue == String {
        let name = try decode(String.self, forColumn: column)
        guard let value = Value(rawValue: name) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw RowProblem(column: column, expected: "one of \(known)", found: name)
        }
        return value
    }
}
