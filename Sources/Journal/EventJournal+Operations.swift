import Domain
import Foundation
import GRDB

extension EventJournal {
    /// Longest reason of an operation, in bytes of UTF-8.
    public static let reasonLimitBytes = 500

    /// Appends what a person does to an incident; the next fold gives it its effect, or none where the incident's state
    /// does not allow it: ``hasEffect(_:)`` tells.
    ///
    /// - Parameter seconds: how long it is shelved, 1 to `AlarmOperation.shelvingLimitSeconds`; nil for other actions.
    /// - Returns: the operation's place in the journal.
    @discardableResult
    public func operate(
        _ action: AlarmOperation.Action, incident: Incident.ID, seconds: Double? = nil, by operatorName: String,
        reason: String? = nil, at time: Date
    ) throws -> Int64 {
        try EventJournal.checkName(operatorName)
        let bounds = 1...AlarmOperation.shelvingLimitSeconds
        guard action == .shelve ? seconds.map(bounds.contains) == true : seconds == nil else {
            throw JournalError.badShelving(seconds: seconds, limitSeconds: bounds.upperBound)
        }
        let reasonByteCount = reason?.utf8.count ?? 0
        guard reasonByteCount <= EventJournal.reasonLimitBytes else {
            throw JournalError.longReason(byteCount: reasonByteCount, limitBytes: EventJournal.reasonLimitBytes)
        }
        let sequence = try writing { database in
            guard try EventJournal.incident(incident, database) != nil else {
                throw JournalError.noSuchIncident(incident, path: path)
            }
            let sequence = try appendEntry(.operation, try stamp(database), database)
            try insertOperation(
                action, incident: incident, seconds: seconds, by: operatorName, reason: reason, at: time, sequence,
                database)
            return sequence
        }
        announceAppend()
        return sequence
    }

    func insertOperation(
        _ action: AlarmOperation.Action, incident: Incident.ID, seconds: Double? = nil, by name: String,
        reason: String?, at time: Date, _ sequence: Int64, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO operation (sequence, incident, action, seconds, by, reason, at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [sequence, incident, action.rawValue, seconds, name, reason, time.timeIntervalSince1970])
    }

    /// Whether a folded entry moved an incident along.
    public func hasEffect(_ sequence: Int64) throws -> Bool {
        try reading { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM incident_transition WHERE sequence = ?)",
                arguments: [sequence]) ?? false
        }
    }

    /// - Throws: ``JournalError/badAcknowledger(byteCount:limitBytes:)``.
    static func checkName(_ name: String) throws {
        let byteCount = name.utf8.count
        guard (1...acknowledgerLimitBytes).contains(byteCount) else {
            throw JournalError.badAcknowledger(byteCount: byteCount, limitBytes: acknowledgerLimitBytes)
        }
    }
}

extension AlarmOperation {
    init(_ row: Row) throws {
        self.init(
            sequence: try row.decode(Int64.self, forColumn: "place"),
            steadySeconds: try row.decode(Double.self, forColumn: "steady"),
            incident: try row.decode(Int64.self, forColumn: "operated"),
            action: try row.choice("action"),
            seconds: try row.decode(Double?.self, forColumn: "seconds"),
            by: try row.decode(String.self, forColumn: "operator"),
            reason: try row.decode(String?.self, forColumn: "reason"),
            at: try row.date("operated_at"))
    }
}
