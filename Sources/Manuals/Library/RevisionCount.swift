import GRDB

/// How many revisions of a manual there have been, the removed ones too.
struct RevisionCount: Hashable {
    let file: String
    let modelKey: String
    let revision: Int

    /// Sets the count where it is missing or lower.
    func raise(in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO revision_count (file, machine_model, revision) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET revision = max(revision, excluded.revision)
                """, arguments: [file, modelKey, revision])
    }
}

extension LibrarySnapshot {
    func revisionCounts() throws -> [RevisionCount] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT file, machine_model, revision FROM revision_count").map { row in
                RevisionCount(file: row["file"], modelKey: row["machine_model"], revision: row["revision"])
            }
        }
    }
}
