import GRDB

/// The journal's tables, one migration a concept; a released migration is never edited.
///
/// Times are REAL seconds since 1970 (UTC), so that `datetime(received_at, 'unixepoch')` reads them. Tables are STRICT,
/// so SQLite itself holds the column types that the row decoders expect.
enum Schema {
    /// `ANDN`: tells a journal from any other SQLite file.
    static let applicationID: Int32 = 0x414E_444E

    /// Oldest first.
    static let versions: [(name: String, migrate: @Sendable (Database) throws -> Void)] = [
        ("1-events", { try $0.execute(sql: events) }),
        ("2-incidents", { try $0.execute(sql: incidents) }),
        ("3-answers", { try $0.execute(sql: answers) }),
        ("4-alarms", { try $0.execute(sql: alarms) }),
        ("5-book", { try $0.execute(sql: book) }),
        ("6-resets", { try $0.execute(sql: resets) }),
        ("7-rules", { try $0.execute(sql: rules) }),
        ("8-turns", { try $0.execute(sql: turns) }),
    ]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for version in versions {
            migrator.registerMigration(version.name, migrate: version.migrate)
        }
        return migrator
    }

    /// One numbering for everything that enters, so that the journal alone says what came before what.
    private static let events = """
        PRAGMA application_id = \(applicationID);
        CREATE TABLE entry (
            sequence INTEGER PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('event', 'acknowledgement', 'answer'))
        ) STRICT;
        CREATE TABLE event (
            sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
            idempotency_key TEXT UNIQUE,
            source TEXT NOT NULL CHECK (source IN ('mqtt', 'modbus', 'typed')),
            topic TEXT CHECK ((source = 'mqtt') = (topic IS NOT NULL)),
            register INTEGER CHECK ((source = 'modbus') = (register IS NOT NULL)),
            machine TEXT,
            received_at REAL NOT NULL,
            payload BLOB NOT NULL,
            received_byte_count INTEGER NOT NULL,
            unparseable_reason TEXT,
            code TEXT CHECK ((code IS NULL) = (unparseable_reason IS NOT NULL)),
            message TEXT,
            severity TEXT,
            active INTEGER CHECK ((active IS NULL) = (code IS NULL)),
            occurred_at REAL
        ) STRICT;
        CREATE INDEX event_unparseable ON event (sequence) WHERE unparseable_reason IS NOT NULL;
        CREATE TABLE acknowledgement (
            sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
            incident INTEGER NOT NULL REFERENCES event (sequence),
            by TEXT NOT NULL,
            at REAL NOT NULL
        ) STRICT;
        CREATE TABLE tally (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        INSERT INTO tally VALUES ('duplicates', 0);
        \(appendOnly("entry"))
        \(appendOnly("event"))
        \(appendOnly("acknowledgement"))
        """

    /// Derived: folding the journal again gives these rows again.
    private static let incidents = """
        CREATE TABLE incident (
            id INTEGER PRIMARY KEY REFERENCES event (sequence),
            machine TEXT,
            code TEXT NOT NULL,
            normalized_code TEXT NOT NULL,
            message TEXT,
            severity TEXT,
            state TEXT NOT NULL,
            first_seen REAL NOT NULL,
            last_seen REAL NOT NULL,
            count INTEGER NOT NULL CHECK (count > 0),
            acknowledged_by TEXT,
            acknowledged_at REAL
        ) STRICT;
        CREATE INDEX incident_fault ON incident (normalized_code, machine, id);
        CREATE INDEX incident_machine ON incident (machine, id);
        CREATE INDEX incident_open ON incident (id) WHERE state <> 'normal';
        CREATE TABLE incident_event (
            incident INTEGER NOT NULL REFERENCES incident (id),
            sequence INTEGER NOT NULL REFERENCES event (sequence),
            PRIMARY KEY (incident, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE fold_cursor (sequence INTEGER NOT NULL) STRICT;
        INSERT INTO fold_cursor VALUES (0);
        """

    /// An answer belongs to the event that opened its incident, so it survives a rebuild of the incidents.
    /// `incident.answered` and `delivery` are work lists: their partial indexes make "what is left to do" a short read
    /// however long the journal grows.
    private static let answers = """
        CREATE TABLE answer (
            sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
            incident INTEGER NOT NULL UNIQUE REFERENCES event (sequence),
            recorded_at REAL NOT NULL,
            status TEXT NOT NULL,
            json TEXT NOT NULL
        ) STRICT;
        CREATE TABLE delivery (
            incident INTEGER PRIMARY KEY REFERENCES answer (incident),
            delivered_at REAL
        ) STRICT;
        CREATE INDEX delivery_open ON delivery (incident) WHERE delivered_at IS NULL;
        ALTER TABLE incident ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX incident_unanswered ON incident (id) WHERE answered = 0;
        \(appendOnly("answer"))
        """

    private static func appendOnly(_ table: String) -> String {
        ["UPDATE", "DELETE"].map { verb in
            """
            CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
            """
        }.joined(separator: "\n")
    }
}
