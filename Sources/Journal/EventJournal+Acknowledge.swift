import Domain
import Foundation
import GRDB

extension EventJournal {
    /// Longest name of whoever acknowledges, in bytes of UTF-8.
    public static let acknowledgerLimitBytes = 200

    /// Appends a person's acknowledgement; the next fold gives it its effect, or none when it came too late.
    ///
    /// - Returns: the acknowledgement's place in the journal.
    @discardableResult
    public func acknowledge(incident: Incident.ID, by acknowledger: String, at time: Date) throws -> Int64 {
        try EventJournal.checkName(acknowledger)
        let sequence = try writing { database in
            guard try EventJournal.incident(incident, database) != nil else {
                throw JournalError.noSuchIncident(incident, path: path)
            }
            let sequence = try appendEntry(.acknowledgement, try stamp(database), database)
            try database.execute(
                sql: "INSERT INTO acknowledgement (sequence, incident, by, at) VALUES (?, ?, ?, ?)",
                arguments: [sequence, incident, acknowledger, time.timeIntervalSince1970])
            return sequence
        }
        announceAppend()
        return sequence
    }

    /// Everybody who acknowledged the incident, in journal order.
    public func acknowledgements(of incident: Incident.ID, limit: Int = 100) throws -> [Acknowledgement] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT sequence AS place, steady, incident AS acknowledged, by AS acknowledger,
                        at AS acknowledged_at
                    FROM acknowledgement JOIN entry USING (sequence)
                    WHERE incident = ? ORDER BY sequence LIMIT ?
                    """, arguments: [incident, limit]
            ).map(Acknowledgement.init(_:))
        }
    }
}

extension Acknowledgement {
    init(_ row: Row) throws {
        self.init(
            sequence: try row.decode(Int64.self, forColumn: "place"),
            steadySeconds: try row.decode(Double.self, forColumn: "steady"),
            incident: try row.decode(Int64.self, forColumn: "acknowledged"),
            by: try row.decode(String.self, forColumn: "acknowledger"),
            at: try row.date("acknowledged_at"))
    }
}
