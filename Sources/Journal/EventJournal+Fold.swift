import Domain
import GRDB

/// Entries that no fold has seen, with every incident that they can concern.
public struct PendingEntries: Sendable, Hashable {
    /// The last folded entry's sequence number.
    public let cursor: Int64
    /// JSON of the rules to fold these entries by; nil while nobody has given the journal any.
    public let rules: String?
    /// In journal order, from after the cursor; of those after a change of the rules it is the first.
    public let entries: [JournalEntry]
    /// The latest incident of each fault that the entries name, open or not, those that people acknowledge or operate
    /// on, and those with a deadline that a timer reaches.
    public let incidents: [Incident]
    /// The latest group of each machine that the entries concern, and floods that a timer ends.
    public let groups: [AlarmGroup]

    public var isEmpty: Bool { entries.isEmpty }
}

extension EventJournal {
    /// The next entries to fold by the same rules, at most `limit`; empty when all are folded.
    ///
    /// - Parameter related: of these rules, the other faults that the fold has to know to fold an entry about one.
    public func pending(
        limit: Int = 256,
        related: (_ rules: String?) throws -> (Incident.Key) -> [Incident.Key] = { _ in { _ in [] } }
    ) throws -> PendingEntries {
        try reading { database in
            let cursor = try Int64.fetchOne(database, sql: "SELECT sequence FROM fold_cursor") ?? 0
            let entries = try EventJournal.entries(after: cursor, limit: limit, database)
            let rules = try EventJournal.rules(at: entries.first?.sequence ?? .max, database)
            let incidents = try EventJournal.incidents(
                concerning: entries, entries.isEmpty ? { _ in [] } : try related(rules), database)
            return PendingEntries(
                cursor: cursor, rules: rules, entries: entries, incidents: incidents,
                groups: try EventJournal.groups(concerning: entries, incidents, database))
        }
    }

    /// Stores what the pending entries did to the incidents and moves the cursor past them, in one transaction: after
    /// a crash folding resumes with exactly the entries whose changes are not stored.
    ///
    /// - Parameter changes: at least one for each pending entry, in order.
    /// - Throws: ``JournalError/foldedMeanwhile(cursor:path:)`` when another fold was faster; nothing is stored then.
    public func apply(_ changes: [IncidentChange], to pending: PendingEntries) throws {
        let expected = pending.entries.map(\.sequence)
        let runs = changes.indices.filter { $0 == 0 || changes[$0].sequence != changes[$0 - 1].sequence }
        guard runs.map({ changes[$0].sequence }) == expected else {
            throw JournalError.changesDoNotMatch(expected: expected, found: changes.map(\.sequence))
        }
        guard let last = expected.last else { return }
        try writing { database in
            try database.execute(
                sql: "UPDATE fold_cursor SET sequence = ? WHERE sequence = ?", arguments: [last, pending.cursor])
            guard database.changesCount == 1 else {
                throw JournalError.foldedMeanwhile(cursor: pending.cursor, path: path)
            }
            for (index, entry) in pending.entries.enumerated() {
                let end = index + 1 < runs.count ? runs[index + 1] : changes.count
                try EventJournal.store(changes[runs[index]..<end], of: entry, database)
            }
        }
    }

    /// Forgets the incidents, which are derived, so that folding builds them again from the journal. Answers stay.
    public func restartFold() throws {
        try writing { database in
            try database.execute(
                sql: """
                    DELETE FROM alarm_group;
                    DELETE FROM incident_transition;
                    DELETE FROM incident_event;
                    DELETE FROM incident;
                    UPDATE fold_cursor SET sequence = 0;
                    """)
        }
        announceAppend()
    }

    private static func store(
        _ changes: some Sequence<IncidentChange>, of entry: JournalEntry, _ database: Database
    ) throws {
        var ordinal = 0
        func note(_ incident: Incident, _ name: String) throws {
            try database.cachedStatement(sql: "INSERT INTO incident_transition VALUES (?, ?, ?, ?, ?)")
                .execute(arguments: [entry.sequence, ordinal, incident.id, name, incident.state.rawValue])
            ordinal += 1
        }
        for change in changes {
            switch change {
            case .opened(let incident, let superseded, _):
                if let superseded {
                    try superseded.save(by: entry.sequence, database)
                    try note(superseded, "superseded")
                }
                try incident.save(by: entry.sequence, database)
                try takeTurn(incident, database)
                try note(incident, "opened")
            case .updated(let incident, let transition, _):
                try incident.save(by: entry.sequence, database)
                // Counted in the incident: a standing fault that is reported each second must not fill the disk twice.
                if transition != .repeated { try note(incident, transition.rawValue) }
            case .grouped(let group, let transition, _):
                try group.save(database)
                if transition == .floodBegan { try giveUpTurns(ofFlood: group, database) }
            case .ignored: break
            }
        }
        try link(changes, to: entry, database)
    }

    /// Ties an event to the incident that it belongs to: the one that the event's own fault has afterwards.
    private static func link(
        _ changes: some Sequence<IncidentChange>, to entry: JournalEntry, _ database: Database
    ) throws {
        guard case .event(let journaled) = entry, case .fault(let report) = journaled.event.content else { return }
        let own = changes.compactMap(\.incident).last { incident in
            incident.code == report.code && incident.machine == journaled.event.machine
                && incident.instance == report.instance
        }
        guard let own else { return }
        try database.cachedStatement(sql: "INSERT INTO incident_event (incident, sequence) VALUES (?, ?)")
            .execute(arguments: [own.id, journaled.sequence])
    }

    private static func entries(after cursor: Int64, limit: Int, _ database: Database) throws -> [JournalEntry] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT kind, \(Event.columns), entry.sequence AS place, steady,
                    acknowledgement.incident AS acknowledged, acknowledgement.by AS acknowledger,
                    acknowledgement.at AS acknowledged_at, operation.incident AS operated, action, seconds,
                    operation.by AS operator, reason, operation.at AS operated_at
                FROM entry LEFT JOIN event USING (sequence) LEFT JOIN acknowledgement USING (sequence)
                    LEFT JOIN operation USING (sequence)
                WHERE entry.sequence > ? AND kind IN \(EntryKind.folded)
                ORDER BY entry.sequence LIMIT ?
                """, arguments: [cursor, limit])
        var entries: [JournalEntry] = []
        while let row = try rows.next() {
            let kind: EntryKind = try row.choice("kind")
            // What follows a change is folded by other rules.
            if kind == .rules, !entries.isEmpty { break }
            let place = try row.decode(Int64.self, forColumn: "place")
            let steadySeconds = try row.decode(Double.self, forColumn: "steady")
            switch kind {
            case .acknowledgement: entries.append(.acknowledgement(try Acknowledgement(row)))
            case .operation: entries.append(.operation(try AlarmOperation(row)))
            case .timer: entries.append(.timer(sequence: place, steadySeconds: steadySeconds))
            case .rules: entries.append(.rules(sequence: place, steadySeconds: steadySeconds))
            case .event: entries.append(.event(try JournaledEvent(row)))
            case .answer, .approval: break
            }
        }
        return entries
    }

    private static func incidents(
        concerning entries: [JournalEntry], _ related: (Incident.Key) -> [Incident.Key], _ database: Database
    ) throws -> [Incident] {
        var found: [Incident.ID: Incident] = [:]
        var unseen: [Incident.Key] = []
        for entry in entries {
            switch entry {
            case .event(let journaled):
                guard case .fault(let report) = journaled.event.content else { continue }
                unseen.append(Incident.Key(journaled.event, report))
            case .acknowledgement(let acknowledgement): try take(acknowledgement.incident)
            case .operation(let operation): try take(operation.incident)
            case .timer: continue
            case .rules:
                unseen += try Row.fetchAll(
                    database,
                    sql: "SELECT \(Incident.columns) FROM incident WHERE state <> 'normal' AND state = ?",
                    arguments: [AlarmState.suppressed.rawValue]
                ).map { try Incident($0).key }
            }
        }
        func take(_ id: Incident.ID) throws {
            guard let incident = try incident(id, database) else { return }
            found[incident.id] = incident
            unseen.append(incident.key)
        }
        if let reached = lastTimer(entries) {
            let due = try Row.fetchAll(
                database, sql: "SELECT \(Incident.columns) FROM incident WHERE next_deadline <= ?",
                arguments: [reached]
            ).map(Incident.init(_:))
            for incident in due { found[incident.id] = incident }
            unseen += due.map(\.key)
        }
        var keys: Set<Incident.Key> = []
        while let key = unseen.popLast() {
            guard keys.insert(key).inserted else { continue }
            unseen += related(key)
            guard let incident = try latestIncident(of: key, database) else { continue }
            found[incident.id] = incident
        }
        return found.values.sorted { $0.id < $1.id }
    }

    private static func lastTimer(_ entries: [JournalEntry]) -> Double? {
        entries.last { entry in
            if case .timer = entry { true } else { false }
        }?.steadySeconds
    }

    private static func groups(
        concerning entries: [JournalEntry], _ incidents: [Incident], _ database: Database
    ) throws -> [AlarmGroup] {
        var machines = Set(incidents.map(\.machine))
        for case .event(let journaled) in entries { machines.insert(journaled.event.machine) }
        let latest = try database.cachedStatement(
            sql: "SELECT * FROM alarm_group WHERE machine IS ? ORDER BY started_steady DESC LIMIT 1")
        var groups = try machines.compactMap { machine in
            try Row.fetchOne(latest, arguments: [machine?.rawValue]).map(AlarmGroup.init(_:))
        }
        if let reached = lastTimer(entries) {
            groups += try Row.fetchAll(
                database, sql: "SELECT * FROM alarm_group WHERE flood_ends < ?", arguments: [reached]
            ).map(AlarmGroup.init(_:))
        }
        return groups.sorted { $0.startedSteadySeconds < $1.startedSteadySeconds }
    }

    private static func latestIncident(of key: Incident.Key, _ database: Database) throws -> Incident? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(Incident.columns) FROM incident
                WHERE normalized_code = ? AND machine IS ? AND instance IS ? AND kind = ? ORDER BY id DESC LIMIT 1
                """)
        let arguments: StatementArguments = [
            key.code.normalized, key.machine?.rawValue, key.instance, key.kind.rawValue,
        ]
        return try Row.fetchOne(statement, arguments: arguments).map(Incident.init(_:))
    }

    static func incident(_ id: Incident.ID, _ database: Database) throws -> Incident? {
        let statement = try database.cachedStatement(sql: "SELECT \(Incident.columns) FROM incident WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(Incident.init(_:))
    }
}
