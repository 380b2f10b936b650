import Domain
import Foundation
import GRDB

/// Keeps the rows that wait for a person's eyes in a snapshot, apart from the passages and their indexes, and which were
/// accepted.
enum WithheldStore {
    static let firstVersion = 4
    private static let rowDigits = 8

    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS withheld (
                    passage_id INTEGER PRIMARY KEY,
                    hash TEXT NOT NULL, manual_id INTEGER NOT NULL REFERENCES manual (id) ON DELETE CASCADE,
                    reasons TEXT NOT NULL, draft TEXT NOT NULL);
                CREATE INDEX IF NOT EXISTS withheld_manual ON withheld (manual_id);
                CREATE TABLE IF NOT EXISTS withheld_code (
                    normalized TEXT NOT NULL, model_key TEXT NOT NULL, role INTEGER NOT NULL,
                    passage_id INTEGER NOT NULL REFERENCES withheld (passage_id) ON DELETE CASCADE,
                    variant TEXT NOT NULL, bare TEXT NOT NULL, written TEXT NOT NULL,
                    PRIMARY KEY (normalized, model_key, role, passage_id)) WITHOUT ROWID;
                CREATE INDEX IF NOT EXISTS withheld_code_passage ON withheld_code (passage_id);
                CREATE TABLE IF NOT EXISTS accepted_row (
                    hash TEXT PRIMARY KEY, accepted_by TEXT NOT NULL, accepted_at TEXT NOT NULL) WITHOUT ROWID;
                """)
    }

    /// What an acceptance holds for: these words, at this place of this manual, for these reasons.
    static func hash(of draft: PassageDraft, manual: ManualRevision) -> String {
        let parts =
            [PassageWriter.identity(of: draft, manual: manual), draft.title ?? "", draft.escalation ?? ""]
            + draft.remedies + draft.safety.map { "\($0.signalWord): \($0.text)" }
            + draft.withheldFor.map(\.rawValue)
        return PassageWriter.digest(parts.joined(separator: PassageStore.contextSeparator))
    }

    static func acceptedHashes(in database: Database) throws -> Set<String> {
        Set(try String.fetchAll(database, sql: "SELECT hash FROM accepted_row"))
    }

    /// Places of withheld rows are taken too.
    static func lastPassageID(in database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: """
                SELECT max(coalesce((SELECT max(id) FROM passage), 0),
                    coalesce((SELECT max(passage_id) FROM withheld), 0))
                """) ?? 0
    }

    static func insert(
        _ draft: PassageDraft, id: Int64, hash: String, manual: ManualRevision, manualID: Int64,
        into database: Database
    ) throws {
        let encoder = JSONEncoder()
        try database.cachedStatement(
            sql: "INSERT INTO withheld (passage_id, hash, manual_id, reasons, draft) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
            id, hash, manualID, String(decoding: try encoder.encode(draft.withheldFor), as: UTF8.self),
            String(decoding: try encoder.encode(draft), as: UTF8.self),
        ])
        for entry in CodeEntry.entries(of: draft) {
            try database.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO withheld_code (normalized, model_key, role, passage_id, variant, bare, written)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                entry.normalized, ModelKey.key(manual.machineModel), entry.role.rawValue, id, entry.variant, entry.bare,
                entry.written,
            ])
        }
    }

    /// Makes passages of the rows that people call so. - Returns: how many.
    static func accept(_ row: String, by person: String, in database: Database) throws -> Int {
        let rows = try found(in: database, where: "hash LIKE ? || '%'", [row])
        for found in rows {
            try database.execute(sql: "DELETE FROM withheld WHERE passage_id = ?", arguments: [found.id])
            try database.execute(
                sql: "INSERT OR REPLACE INTO accepted_row (hash, accepted_by, accepted_at) VALUES (?, ?, ?)",
                arguments: [found.hash, person, Date().formatted(.iso8601)])
        }
        for (manualID, rows) in Dictionary(grouping: rows, by: \.manualID) {
            guard let manual = rows.first?.manual else { continue }
            let writer = try PassageWriter(manual: manual, manualID: manualID, database: database)
            for row in rows.sorted(by: { $0.id < $1.id }) { try writer.write(row.draft, id: row.id) }
        }
        return rows.count
    }

    /// A withheld row as it is stored.
    struct Stored {
        let id: Int64
        let hash: String
        let manualID: Int64
        let manual: ManualRevision
        let draft: PassageDraft

        var row: String { String(hash.prefix(WithheldStore.rowDigits)) }

        var notice: WithheldRow {
            WithheldRow(row: row, manual: manual.file, page: draft.page, reasons: draft.withheldFor)
        }
    }

    static func found(in database: Database, where condition: String, _ arguments: [String]) throws -> [Stored] {
        let sql = """
            SELECT withheld.passage_id, withheld.hash, withheld.draft, manual.id AS manual_id, manual.file, manual.title,
                manual.revision, manual.machine_model, manual.language
            FROM withheld JOIN manual ON manual.id = manual_id WHERE \(condition)
            ORDER BY manual.file, withheld.passage_id
            """
        return try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments)).map { row in
            let draft: String = row["draft"]
            return Stored(
                id: row["passage_id"], hash: row["hash"], manualID: row["manual_id"],
                manual: ManualRevision(
                    file: row["file"], title: row["title"], revision: row["revision"],
                    machineModel: MachineModel(rawValue: row["machine_model"]),
                    language: Language(rawValue: row["language"]) ?? .english),
                draft: try JSONDecoder().decode(PassageDraft.self, from: Data(draft.utf8)))
        }
    }
}
