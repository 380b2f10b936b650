extension Schema {
    /// The rules that the incidents are folded by: those of the journal's beginning, and each change as an entry. The CHECK
    /// of `entry` changes, so the table is built anew.
    static let rules = """
        CREATE TABLE entry_new (
            sequence INTEGER PRIMARY KEY,
            kind TEXT NOT NULL
                CHECK (kind IN ('event', 'acknowledgement', 'answer', 'operation', 'timer', 'approval', 'rules')),
            steady REAL NOT NULL,
            wall REAL NOT NULL
        ) STRICT;
        INSERT INTO entry_new SELECT sequence, kind, steady, wall FROM entry;
        DROP TABLE entry;
        ALTER TABLE entry_new RENAME TO entry;
        CREATE TABLE rules (
            sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
            json TEXT NOT NULL,
            by TEXT NOT NULL,
            at REAL NOT NULL
        ) STRICT;
        CREATE TABLE initial_rules (json TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL) STRICT;
        \(["entry", "rules"].map(keptUntilExported).joined(separator: "\n"))
        """
}
