extension Schema {
    /// The answer book: the answers of causes, to be given again, and what technicians said of them.
    ///
    /// `source` is a digest of what the manuals say about the cause, `writer` names the model and prompt: a row is found
    /// again exactly while both are the same. The book is a cache and may be deleted; approvals are entries.
    static let book = """
        CREATE TABLE book (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            writer TEXT NOT NULL,
            machine_model TEXT,
            normalized_code TEXT NOT NULL,
            language TEXT NOT NULL,
            made_at REAL NOT NULL,
            used_at REAL NOT NULL,
            json TEXT NOT NULL,
            UNIQUE (source, writer)
        ) STRICT;
        CREATE INDEX book_cause ON book (normalized_code, machine_model, language);
        CREATE INDEX book_used ON book (used_at);
        CREATE TABLE approval (
            sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
            source TEXT NOT NULL,
            by TEXT NOT NULL,
            at REAL NOT NULL,
            json TEXT
        ) STRICT;
        CREATE INDEX approval_source ON approval (source, sequence);
        \(keptUntilExported("approval"))
        """
}
