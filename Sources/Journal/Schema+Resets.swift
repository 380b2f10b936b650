extension Schema {
    /// What people had written to machines; no part of the incidents, which follow from what the machines say after it.
    static let resets = """
        CREATE TABLE machine_reset (
            id INTEGER PRIMARY KEY,
            machine TEXT NOT NULL,
            by TEXT NOT NULL,
            at REAL NOT NULL,
            outcome TEXT CHECK (outcome IN ('done', 'not-done', 'unknown')),
            reason TEXT
        ) STRICT;
        """
}
