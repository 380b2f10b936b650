import Domain
import GRDB

extension EventJournal: IdempotencyKeyRecall {
    /// How far back keys are looked for first, in events: those of a busy source are all over the index of keys.
    static let recalledEventsLimit: Int64 = 100_000

    public func newestIdempotencyKeys(prefix: String, limit: Int) throws -> [String] {
        try reading { database in
            let recent = try String.fetchAll(
                database,
                sql: """
                    SELECT idempotency_key FROM event
                    WHERE sequence > (SELECT coalesce(max(sequence), 0) FROM event) - ?
                        AND substr(idempotency_key, 1, ?) = ?
                    ORDER BY sequence DESC LIMIT ?
                    """,
                arguments: [EventJournal.recalledEventsLimit, prefix.unicodeScalars.count, prefix, limit])
            guard recent.isEmpty else { return recent }
            // A register that was quiet while others told much still counts on from its last change.
            return try String.fetchAll(
                database,
                sql: """
                    SELECT idempotency_key FROM event
                    WHERE idempotency_key >= ? AND idempotency_key < ? ORDER BY +sequence DESC LIMIT ?
                    """, arguments: [prefix, prefix + "\u{10FFFF}", limit])
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
