extension Schema {
    /// Entries get the time they entered at, by a clock that never goes back; people's operations and timers become
    /// entries, deletion becomes possible for what was exported, and the incidents are folded again with all that the
    /// alarm states need. Tables whose CHECKs change are built anew, as "ALTER TABLE" §7 of SQLite's manual says.
    static let alarms = """
        CREATE TABLE entry_new (
            sequence INTEGER PRIMARY KEY,
            kind TEXT NOT NULL
                CHECK (kind IN ('event', 'acknowledgement', 'answer', 'operation', 'timer', 'approval')),
            steady REAL NOT NULL,
            wall REAL NOT NULL
        ) STRICT;
        INSERT INTO entry_new
            SELECT sequence, kind, max(wall) OVER (ORDER BY sequence), wall FROM (
                SELECT sequence, kind, coalesce(received_at, at, recorded_at, 0) AS wall
                FROM entry LEFT JOIN event USING (sequence) LEFT JOIN acknowledgement USING (sequence)
                    LEFT JOIN answer USING (sequence));
        CREATE TABLE event_new (
            sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
            idempotency_key TEXT UNIQUE,
            source TEXT NOT NULL CHECK (source IN ('mqtt', 'modbus', 'typed', 'link')),
            topic TEXT CHECK ((source IN ('mqtt', 'link')) = (topic IS NOT NULL)),
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
            occurred_at REAL,
            instance TEXT
        ) STRICT;
        INSERT INTO event_new SELECT *, NULL FROM event;
        DROP TABLE incident_event;
        DROP TABLE incident;
        DROP TABLE event;
        DROP TABLE entry;
        ALTER TABLE entry_new RENAME TO entry;
        ALTER TABLE event_new RENAME TO event;
        CREATE INDEX event_unparseable ON event (sequence) WHERE unparseable_reason IS NOT NULL;
        CREATE INDEX event_machine ON event (machine, sequence);
        CREATE TABLE operation (
            sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
            incident INTEGER NOT NULL REFERENCES event (sequence),
            action TEXT NOT NULL,
            seconds REAL,
            by TEXT NOT NULL,
            reason TEXT,
            at REAL NOT NULL
        ) STRICT;
        CREATE INDEX operation_incident ON operation (incident, sequence);
        CREATE INDEX acknowledgement_incident ON acknowledgement (incident, sequence);
        CREATE TABLE clock (steady REAL NOT NULL, wall REAL NOT NULL, uptime REAL NOT NULL, boot TEXT NOT NULL) STRICT;
        INSERT INTO clock SELECT coalesce(max(steady), 0), coalesce(max(steady), 0), 0, 'unknown' FROM entry;
        CREATE TABLE identity (id TEXT NOT NULL) STRICT;
        INSERT INTO identity VALUES (lower(hex(randomblob(8))));
        CREATE TABLE expiring (sequence INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE exported (sequence INTEGER PRIMARY KEY) STRICT;
        DROP TRIGGER acknowledgement_no_update;
        DROP TRIGGER acknowledgement_no_delete;
        DROP TRIGGER answer_no_update;
        DROP TRIGGER answer_no_delete;
        \(["entry", "event", "acknowledgement", "answer", "operation"].map(keptUntilExported).joined(separator: "\n"))
        \(derived)
        UPDATE fold_cursor SET sequence = 0;
        """

    /// What folding the journal again gives again. `next_deadline` is the earliest of the four before it.
    private static let derived = """
        CREATE TABLE incident (
            id INTEGER PRIMARY KEY REFERENCES event (sequence),
            kind TEXT NOT NULL,
            machine TEXT,
            code TEXT NOT NULL,
            normalized_code TEXT NOT NULL,
            instance TEXT,
            message TEXT,
            severity TEXT,
            priority TEXT NOT NULL,
            state TEXT NOT NULL,
            first_seen REAL NOT NULL,
            last_seen REAL NOT NULL,
            last_steady REAL NOT NULL,
            count INTEGER NOT NULL CHECK (count > 0),
            acknowledged_by TEXT,
            acknowledged_at REAL,
            announced INTEGER NOT NULL,
            standing INTEGER NOT NULL,
            chatters INTEGER NOT NULL,
            stale INTEGER NOT NULL,
            shelved_until REAL,
            announce_at REAL,
            clear_at REAL,
            unshelve_at REAL,
            stale_at REAL,
            next_deadline REAL,
            group_id INTEGER,
            last_sequence INTEGER NOT NULL,
            answered INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX incident_fault ON incident (normalized_code, machine, id);
        CREATE INDEX incident_machine ON incident (machine, id);
        CREATE INDEX incident_open ON incident (id) WHERE state <> 'normal';
        CREATE INDEX incident_due ON incident (next_deadline) WHERE next_deadline IS NOT NULL;
        CREATE INDEX incident_group ON incident (group_id, id) WHERE group_id IS NOT NULL;
        CREATE INDEX incident_unanswered ON incident (id) WHERE answered = 0 AND announced = 1 AND kind = 'fault';
        CREATE TABLE incident_event (
            incident INTEGER NOT NULL REFERENCES incident (id),
            sequence INTEGER NOT NULL REFERENCES event (sequence),
            PRIMARY KEY (incident, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX incident_event_sequence ON incident_event (sequence);
        CREATE TABLE incident_transition (
            sequence INTEGER NOT NULL REFERENCES entry (sequence),
            ordinal INTEGER NOT NULL,
            incident INTEGER NOT NULL REFERENCES incident (id),
            transition TEXT NOT NULL,
            state TEXT NOT NULL,
            PRIMARY KEY (sequence, ordinal)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX incident_transition_incident ON incident_transition (incident, sequence);
        CREATE TABLE alarm_group (
            id INTEGER PRIMARY KEY REFERENCES incident (id),
            machine TEXT,
            started_at REAL NOT NULL,
            last_at REAL NOT NULL,
            started_steady REAL NOT NULL,
            last_steady REAL NOT NULL,
            count INTEGER NOT NULL,
            highest_priority TEXT NOT NULL,
            flood INTEGER NOT NULL,
            flood_ends REAL
        ) STRICT;
        CREATE INDEX alarm_group_machine ON alarm_group (machine, started_steady);
        CREATE INDEX alarm_group_due ON alarm_group (flood_ends) WHERE flood_ends IS NOT NULL;
        """

    /// Rows never change, and go only after they were exported.
    static func keptUntilExported(_ table: String) -> String {
        """
        CREATE TRIGGER \(table)_no_update BEFORE UPDATE ON \(table)
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
        CREATE TRIGGER \(table)_no_delete BEFORE DELETE ON \(table)
        WHEN NOT EXISTS (SELECT 1 FROM exported WHERE sequence = OLD.sequence)
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
        """
    }
}
