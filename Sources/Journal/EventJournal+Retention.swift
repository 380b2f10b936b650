import Foundation
import GRDB

/// How long the journal keeps what is over.
public struct RetentionRules: Sendable, Hashable {
    /// Nil keeps entries of any age.
    public var keepDays: Double?
    /// Nil lets the journal grow; bytes that its entries take in the file.
    public var maxBytes: Int?

    public init(keepDays: Double? = nil, maxBytes: Int? = nil) {
        self.keepDays = keepDays
        self.maxBytes = maxBytes
    }
}

/// What a clean-up took out of the journal.
public struct RetentionReport: Sendable, Hashable {
    public let entries: Int
    /// Where they are now.
    public let file: URL
}

extension EventJournal {
    private static let expiredPrefix = "journal-"

    /// Takes out what the rules no longer keep: exports it first, then deletes it.
    ///
    /// A machine's entries go from its first one up to before its oldest open incident, at most, never in the middle of
    /// an incident or a group: what is left folds to the same open incidents as before. After a crash at any moment
    /// everything is in the journal, in a complete export, or in both. Approvals and rules stay; the export has the rules
    /// up to its last entry.
    ///
    /// - Parameters:
    ///   - folder: takes a file `journal-FIRST-LAST.jsonl`.
    /// - Returns: nil when everything is kept.
    public func expire(_ retention: RetentionRules, exportTo folder: URL) throws -> RetentionReport? {
        var bounds: (Int64, Int64)?
        for horizon in try reading({ try horizons(retention, $0) }) where bounds == nil {
            bounds = try writing { try selectExpiring(upTo: horizon, $0) }
        }
        guard let (first, last) = bounds else { return nil }
        ExportFile.removeParts(in: folder, prefix: EventJournal.expiredPrefix)
        let file = folder.appendingPathComponent("\(EventJournal.expiredPrefix)\(first)-\(last).jsonl")
        let entries = try ExportFile.write(to: file) { write in
            try export(
                scope: { _ in
                    ExportScope(
                        entries: """
                            sequence IN (SELECT sequence FROM expiring)
                            OR kind = 'rules' AND sequence <= (SELECT max(sequence) FROM expiring)
                            """, incidents: "id IN (SELECT sequence FROM expiring)")
                }, write: write)
        }
        try writing { try deleteExpiring($0) }
        return RetentionReport(entries: entries, file: file)
    }

    /// The last entry that the rules do not keep. Over its size the journal gives up later ones too, when nothing before
    /// the first horizon is over.
    func horizons(_ retention: RetentionRules, _ database: Database) throws -> [Int64] {
        var byAge: Int64?
        if let keepDays = retention.keepDays {
            let cutoff = (try steadyTime(database)).seconds - keepDays * 86_400
            byAge = try Int64.fetchOne(
                database, sql: "SELECT max(sequence) FROM entry WHERE steady < ?", arguments: [cutoff])
        }
        let used = try EventJournal.usedBytes(database)
        guard let maxBytes = retention.maxBytes, used > maxBytes,
            let row = try Row.fetchOne(
                database, sql: "SELECT min(sequence) AS first, max(sequence) AS last FROM entry"),
            let first = try row.decode(Int64?.self, forColumn: "first"),
            let last = try row.decode(Int64?.self, forColumn: "last")
        else { return byAge.map { [$0] } ?? [] }
        // A tenth more than needed, so that the next clean-up is not due at once.
        let share = 1 - 0.9 * Double(maxBytes) / Double(used)
        let bySize = first + Int64(Double(last - first) * share)
        return [max(byAge ?? 0, bySize), (bySize + last) / 2, last]
    }

    static func usedBytes(_ database: Database) throws -> Int {
        try Int.fetchOne(
            database,
            sql: """
                SELECT (page_count - freelist_count) * page_size
                FROM pragma_page_count, pragma_freelist_count, pragma_page_size
                """) ?? 0
    }

    /// Notes what goes, in the table `expiring`.
    ///
    /// - Returns: its first and last entry; nil when nothing may go.
    private func selectExpiring(upTo horizon: Int64, _ database: Database) throws -> (Int64, Int64)? {
        try database.execute(sql: "DELETE FROM expiring")
        let folded = try Int64.fetchOne(database, sql: "SELECT sequence FROM fold_cursor") ?? 0
        let machines = try String?.fetchAll(
            database, sql: "SELECT DISTINCT machine FROM event WHERE sequence <= ?", arguments: [horizon])
        for machine in machines {
            let last = try EventJournal.lastExpiring(of: machine, upTo: min(horizon, folded), database)
            try database.execute(
                sql: """
                    INSERT INTO expiring SELECT sequence FROM event WHERE machine IS :machine AND sequence <= :last;
                    """, arguments: ["machine": machine, "last": last])
        }
        // What people did about the incidents that go, and the answers to them, whenever that was.
        for table in ["acknowledgement", "operation", "answer"] {
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO expiring SELECT \(table).sequence FROM \(table)
                    WHERE incident IN (SELECT sequence FROM expiring)
                    """)
        }
        // A timer does nothing once there is nothing before it.
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO expiring SELECT sequence FROM entry WHERE kind = 'timer' AND sequence < coalesce(
                    (SELECT min(sequence) FROM entry WHERE kind IN ('event', 'acknowledgement', 'operation')
                        AND sequence NOT IN (SELECT sequence FROM expiring)), 0)
                """)
        let row = try Row.fetchOne(database, sql: "SELECT min(sequence) AS first, max(sequence) AS last FROM expiring")
        guard let first = try row?.decode(Int64?.self, forColumn: "first"),
            let last = try row?.decode(Int64?.self, forColumn: "last")
        else { return nil }
        return (first, last)
    }

    /// The last entry of a machine before which everything is over: no incident and no group reaches across it.
    private static func lastExpiring(of machine: String?, upTo horizon: Int64, _ database: Database) throws -> Int64 {
        let reaching = try database.cachedStatement(
            sql: """
                SELECT min(id) FROM incident WHERE machine IS :machine AND id <= :last AND (
                    state <> 'normal' OR next_deadline IS NOT NULL OR last_sequence > :last
                    OR group_id IN (SELECT group_id FROM incident WHERE machine IS :machine AND id > :last))
                """)
        var last = horizon
        while let first = try Int64.fetchOne(reaching, arguments: ["machine": machine, "last": last]) {
            last = first - 1
        }
        return last
    }

    private func deleteExpiring(_ database: Database) throws {
        // The last entry, which the clock goes by, may be among them.
        try store(steadyTime(database), database)
        try database.execute(
            sql: """
                INSERT INTO exported SELECT sequence FROM expiring;
                DELETE FROM incident_transition WHERE incident IN (SELECT sequence FROM exported);
                DELETE FROM incident_event WHERE incident IN (SELECT sequence FROM exported);
                DELETE FROM alarm_group WHERE id IN (SELECT sequence FROM exported);
                DELETE FROM incident WHERE id IN (SELECT sequence FROM exported);
                DELETE FROM delivery WHERE incident IN (SELECT sequence FROM exported);
                """)
        for table in ["answer", "acknowledgement", "operation", "event", "entry"] {
            try database.execute(
                sql: "DELETE FROM \(table) WHERE sequence IN (SELECT sequence FROM exported)")
        }
        try database.execute(sql: "DELETE FROM exported; DELETE FROM expiring;")
    }
}
