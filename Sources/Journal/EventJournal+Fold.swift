import Domain
import GRDB

/// Entries that no fold has seen, with every incident that they can concern.
public struct PendingEntries: Sendable, Hashable {
    /// The last folded entry's sequence number.
    public let cursor: Int64
    /// In journal order, from after the cursor.
    public let entries: [JournalEntry]
    /// The latest incident of each fault that the entries name, open or not, and those that they acknowledge.
    public let incidents: [Incident]

    public var isEmpty: Bool { entries.isEmpty }
}

extension EventJournal {
    /// The next entries to fold, at most `limit`; empty when all are folded.
    public func pending(limit: Int = 256) throws -> PendingEntries {
        try reading { database in
            let cursor = try Int64.fetchOne(database, sql: "SELECT sequence FROM fold_cursor") ?? 0
            let entries = try EventJournal.entries(after: cursor, limit: limit, database)
            return PendingEntries(
                cursor: cursor, entries: entries, incidents: try EventJournal.incidents(concerning: entries, database))
        }
    }

    /// Stores what the pending entries did to the incidents and moves the cursor past them, in one transaction: after
    /// a crash folding resumes with exactly the entries whose changes are not stored.
    ///
    /// - Parameter changes: one for each pending entry, in order.
    /// - Throws: ``JournalError/foldedMeanwhile(cursor:path:)`` when another fold was faster; nothing is stored then.
    public func apply(_ changes: [IncidentChange], to pending: PendingEntries) throws {
        let expected = pending.entries.map(\.sequence)
        guard changes.map(\.sequence) == expected else {
            throw JournalError.changesDoNotMatch(expected: expected, found: changes.map(\.sequence))
        }
        guard let last = expected.last else { return }
        try writing { database in
            try database.execute(
                sql: "UPDATE fold_cursor SET sequence = ? WHERE sequence = ?", arguments: [last, pending.cursor])
            guard database.changesCount == 1 else {
                throw JournalError.foldedMeanwhile(cursor: pending.cursor, path: path)
            }
            for (entry, change) in zip(pending.entries, changes) {
                try EventJournal.store(change, of: entry, database)
            }
        }
    }

    /// Forgets the incidents, which are derived, so that folding builds them again from the journal. Answers stay.
    public func restartFold() throws {
        try writing { database in
            try database.execute(
                sql: """
                    DELETE FROM incident_event;
                    DELETE FROM incident;
                    UPDATE fold_cursor SET sequence = 0;
                    """)
        }
        announceAppend()
    }

    private static func store(_ change: IncidentChange, of entry: JournalEntry, _ database: Database) throws {
        if case .opened(_, let superseded?) = change { try superseded.save(database) }
        guard let incident = change.incident else { return }
        try incident.save(database)
        if case .event(let journaled) = entry {
            try database.cachedStatement(sql: "INSERT INTO incident_event (incident, sequence) VALUES (?, ?)")
                .execute(arguments: [incident.id, journaled.sequence])
        }
    }

    private static func entries(after cursor: Int64, limit: Int, _ database: Database) throws -> [JournalEntry] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(Event.columns), entry.sequence AS place, incident, by, at
                FROM entry LEFT JOIN event USING (sequence) LEFT JOIN acknowledgement USING (sequence)
                WHERE entry.sequence > ? AND kind IN ('event', 'acknowledgement')
                ORDER BY entry.sequence LIMIT ?
                """, arguments: [cursor, limit])
        var entries: [JournalEntry] = []
        while let row = try rows.next() {
            if try row.decode(Int64?.self, forColumn: "incident") != nil {
                entries.append(.acknowledgement(try Acknowledgement(row)))
            } else {
                entries.append(.event(try JournaledEvent(row)))
            }
        }
        return entries
    }

    private static func incidents(concerning entries: [JournalEntry], _ database: Database) throws -> [Incident] {
        var found: [Incident.ID: Incident] = [:]
        var keys: Set<Incident.Key> = []
        for entry in entries {
            switch entry {
            case .event(let journaled):
                guard case .fault(let report) = journaled.event.content else { continue }
                keys.insert(Incident.Key(machine: journaled.event.machine, code: report.code))
            case .acknowledgement(let acknowledgement):
                guard let incident = try incident(acknowledgement.incident, database) else { continue }
                found[incident.id] = incident
                keys.insert(incident.key)
            }
        }
        for key in keys {
            guard let incident = try latestIncident(of: key, database) else { continue }
            found[incident.id] = incident
        }
        return found.values.sorted { $0.id < $1.id }
    }

    private static func latestIncident(of key: Incident.Key, _ database: Database) throws -> Incident? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(Incident.columns) FROM incident WHERE normalized_code = ? AND machine IS ?
                ORDER BY id DESC LIMIT 1
                """)
        return try Row.fetchOne(statement, arguments: [key.code.normalized, key.machine?.rawValue])
            .map(Incident.init(_:))
    }

    static func incident(_ id: Incident.ID, _ database: Database) throws -> Incident? {
        let statement = try database.cachedStatement(sql: "SELECT \(Incident.columns) FROM incident WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(Incident.init(_:))
    }
}
