import Domain
import GRDB

extension Incident {
    static let columns = """
        id, machine, code, message, severity, state, first_seen, last_seen, count, acknowledged_by, acknowledged_at
        """

    /// Writes the row, or what can change in it.
    func save(_ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO incident (id, machine, code, normalized_code, message, severity, state, first_seen,
                    last_seen, count, acknowledged_by, acknowledged_at, answered)
                VALUES (:id, :machine, :code, :normalized, :message, :severity, :state, :first, :last, :count,
                    :by, :at, EXISTS (SELECT 1 FROM answer WHERE incident = :id))
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, last_seen = excluded.last_seen,
                    count = excluded.count, acknowledged_by = excluded.acknowledged_by,
                    acknowledged_at = excluded.acknowledged_at
                """)
        try statement.execute(
            arguments: [
                "id": id, "machine": machine?.rawValue, "code": code.written, "normalized": code.normalized,
                "message": message, "severity": severity, "state": state.rawValue,
                "first": firstSeen.timeIntervalSince1970, "last": lastSeen.timeIntervalSince1970, "count": count,
                "by": acknowledgedBy, "at": acknowledgedAt?.timeIntervalSince1970,
            ])
    }

    init(_ row: Row) throws {
        let state = try row.decode(String.self, forColumn: "state")
        guard let alarmState = AlarmState(rawValue: state) else {
            throw RowProblem(column: "state", expected: "an alarm state", found: state)
        }
        self.init(
            id: try row.decode(Int64.self, forColumn: "id"),
            machine: try row.decode(String?.self, forColumn: "machine").map(MachineID.init(rawValue:)),
            code: try row.faultCode("code"),
            message: try row.decode(String?.self, forColumn: "message"),
            severity: try row.decode(String?.self, forColumn: "severity"),
            state: alarmState,
            firstSeen: try row.date("first_seen"),
            lastSeen: try row.date("last_seen"),
            count: try row.decode(Int.self, forColumn: "count"),
            acknowledgedBy: try row.decode(String?.self, forColumn: "acknowledged_by"),
            acknowledgedAt: try row.optionalDate("acknowledged_at"))
    }
}
