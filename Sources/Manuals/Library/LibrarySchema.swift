import GRDB

/// The tables of a snapshot.
///
/// Codes have a B-tree of their own because a full-text tokenizer splits `E-07`. The full-text index takes its content
/// from `passage` (external content): the text is stored once, and SQLite 3.40 cannot delete from contentless tables.
enum LibrarySchema {
    static let version = 4
    /// What is read too: it has no withheld rows, and is brought up by the next change.
    static let oldest = 3

    /// Columns of the full-text index, in order. The machine model is a column because filtering inside the index is many
    /// times faster than a join.
    private static let searchColumns = ["model_term", "context", "title", "text"]

    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE manual (
                    id INTEGER PRIMARY KEY,
                    file TEXT NOT NULL, machine_model TEXT NOT NULL, title TEXT NOT NULL, revision INTEGER NOT NULL,
                    language TEXT NOT NULL, document_number TEXT, revision_label TEXT, content_hash TEXT NOT NULL,
                    UNIQUE (file, machine_model));
                CREATE TABLE revision_count (
                    file TEXT NOT NULL, machine_model TEXT NOT NULL, revision INTEGER NOT NULL,
                    PRIMARY KEY (file, machine_model)) WITHOUT ROWID;
                CREATE TABLE passage (
                    id INTEGER PRIMARY KEY,
                    key TEXT NOT NULL, manual_id INTEGER NOT NULL REFERENCES manual (id) ON DELETE CASCADE,
                    kind TEXT NOT NULL, page INTEGER, model_term TEXT NOT NULL, context TEXT NOT NULL,
                    title TEXT, text TEXT NOT NULL, codes TEXT NOT NULL, remedies TEXT NOT NULL, escalation TEXT,
                    safety TEXT NOT NULL, layout TEXT NOT NULL);
                CREATE INDEX passage_manual ON passage (manual_id);
                CREATE UNIQUE INDEX passage_key ON passage (key);
                CREATE TABLE passage_code (
                    normalized TEXT NOT NULL, model_key TEXT NOT NULL, role INTEGER NOT NULL,
                    passage_id INTEGER NOT NULL REFERENCES passage (id) ON DELETE CASCADE,
                    variant TEXT NOT NULL, bare TEXT NOT NULL, written TEXT NOT NULL,
                    PRIMARY KEY (normalized, model_key, role, passage_id)) WITHOUT ROWID;
                CREATE INDEX passage_code_variant ON passage_code (variant, model_key);
                CREATE INDEX passage_code_bare ON passage_code (bare, model_key) WHERE bare != variant;
                CREATE INDEX passage_code_passage ON passage_code (passage_id);
                CREATE VIRTUAL TABLE passage_search USING fts5 (
                    \(searchColumns.joined(separator: ", ")),
                    content = 'passage', content_rowid = 'id', tokenize = '\(BigramTokenizer.name)');
                CREATE VIRTUAL TABLE passage_term USING fts5vocab (passage_search, row);
                CREATE TABLE term (term TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE statistics (passages INTEGER NOT NULL);
                CREATE TRIGGER passage_inserted AFTER INSERT ON passage BEGIN
                    INSERT INTO passage_search (rowid, model_term, context, title, text)
                    VALUES (new.id, new.model_term, new.context, new.title, new.text);
                END;
                CREATE TRIGGER passage_deleted AFTER DELETE ON passage BEGIN
                    INSERT INTO passage_search (passage_search, rowid, model_term, context, title, text)
                    VALUES ('delete', old.id, old.model_term, old.context, old.title, old.text);
                END;
                """)
        try RecordStore.create(database)
        try upgrade(database)
    }

    /// Brings a copy of an older snapshot up to this version.
    static func upgrade(_ database: Database) throws {
        try WithheldStore.create(database)
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// Writes into the copy which snapshot it will be, so that a file under a wrong name is noticed.
    static func set(number: Int, in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS snapshot (number INTEGER NOT NULL);
                DELETE FROM snapshot;
                """)
        try database.execute(sql: "INSERT INTO snapshot (number) VALUES (?)", arguments: [number])
    }

    /// Nil for a snapshot from before there were numbers inside.
    static func number(in database: Database) throws -> Int? {
        guard try database.tableExists("snapshot") else { return nil }
        return try Int.fetchOne(database, sql: "SELECT number FROM snapshot")
    }

    /// Counts the passages of each term anew: fts5vocab walks a term's whole posting list for it, too slow for a query.
    static func countTerms(_ database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM term;
                INSERT INTO term (term, passages) SELECT term, doc FROM passage_term;
                DELETE FROM statistics;
                INSERT INTO statistics (passages) SELECT count(*) FROM passage;
                """)
    }
}

/// What a code stands for at a passage.
enum CodeRole: Int {
    /// The passage answers for the code.
    case answers = 0
    /// The passage answers for a family of codes such as `F3xxxx`.
    case family = 1
    /// The passage names the code in its text.
    case mention = 2
}
