import Domain
import GRDB

extension EventJournal: IdempotencyKeyRecall {
    /// How far back keys are looked for, in events: a source that was silent for longer has nothing to be redelivered.
    static let recalledEventsLimit: Int64 = 100_000

    public func newestIdempotencyKeys(prefix: String, limit: Int) throws -> [String] {
        try reading { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT idempotency_key FROM event
                    WHERE sequence > (SELECT coalesce(max(sequence), 0) FROM event) - ?
                        AND substr(idempotency_key, 1, ?) = ?
                    ORDER BY sequence DESC LIMIT ?
                    """,
                arguments: [EventJournal.recalledEventsLimit, prefix.unicodeScalars.count, prefix, limit])
        }
    }

    public func holds(idempotencyKey: String) throws -> Bool {
        try reading { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM event WHERE idempotency_key = ?)",
                arguments: [idempotencyKey]) ?? false
        }
    }
}
