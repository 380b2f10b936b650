import Foundation
import GRDB

/// What of a journal an export holds, as SQL conditions.
struct ExportScope {
    /// Over `entry`.
    let entries: String
    /// Over `incident.id`.
    let incidents: String
}

/// Turns rows of a journal into lines of JSON.
struct JournalExport {
    /// Rows read at a time.
    private static let pageLength = 100
    /// Lines are handed on once they have this many bytes: a row may hold 256 KiB.
    private static let pageBytes = 1 << 20

    let database: Database
    let encoder: JSONEncoder

    init(_ database: Database) {
        self.database = database
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    func header() throws -> Data {
        try line(
            ExportHeader(
                andonJournal: ExportHeader.currentFormat, journal: try EventJournal.identity(database),
                rules: try EventJournal.initialRules(database)))
    }

    /// The next entries.
    ///
    /// - Parameter last: the place of the last one before them; moved on.
    /// - Returns: the lines and how many they are; none at the end.
    func entries(_ condition: String, after last: inout Int64) throws -> (lines: Data, count: Int) {
        let page = try Row.fetchCursor(
            database,
            sql: """
                SELECT sequence, kind, steady, wall FROM entry WHERE sequence > ? AND (\(condition))
                ORDER BY sequence LIMIT ?
                """, arguments: [last, Self.pageLength])
        var lines = Data()
        var count = 0
        while lines.count < Self.pageBytes, let row = try page.next() {
            lines += try entry(row, &last)
            count += 1
        }
        return (lines, count)
    }

    /// What follows from the entries: incidents, groups and transitions.
    func derived(_ condition: String, write: (Data) throws -> Void) throws {
        let selections = [
            ("incident", "id", "SELECT * FROM incident WHERE \(condition) ORDER BY id"),
            (
                "group", "id",
                "SELECT * FROM alarm_group WHERE id IN (SELECT id FROM incident WHERE \(condition)) ORDER BY id"
            ),
            (
                "transition", "sequence",
                """
                SELECT * FROM incident_transition
                WHERE incident IN (SELECT id FROM incident WHERE \(condition)) ORDER BY sequence, ordinal
                """
            ),
        ]
        for (kind, key, sql) in selections {
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                try write(
                    line(
                        ExportLine(
                            kind: kind, sequence: row.decode(Int64.self, forColumn: key), fields: Self.fields(row))))
            }
        }
    }

    private func entry(_ entry: Row, _ last: inout Int64) throws -> Data {
        let sequence = try entry.decode(Int64.self, forColumn: "sequence")
        let kind: EntryKind = try entry.choice("kind")
        let wall = try entry.decode(Double.self, forColumn: "wall")
        var fields: [String: ExportValue] = [:]
        if let table = kind.table {
            let statement = try database.cachedStatement(
                sql: "SELECT \(kind.columns.joined(separator: ", ")) FROM \(table) WHERE sequence = ?")
            fields = try Row.fetchOne(statement, arguments: [sequence]).map(Self.fields) ?? [:]
        }
        last = sequence
        return try line(
            ExportLine(
                kind: kind.rawValue, sequence: sequence, steady: try entry.decode(Double.self, forColumn: "steady"),
                wall: wall, time: Date(timeIntervalSince1970: wall).formatted(.iso8601), fields: fields))
    }

    private static func fields(_ row: Row) -> [String: ExportValue] {
        var fields: [String: ExportValue] = [:]
        for (column, value) in row { fields[column] = ExportValue(value) }
        return fields
    }

    private func line(_ content: some Encodable) throws -> Data { try encoder.encode(content) + Data("\n".utf8) }
}

extension EventJournal {
    /// Writes everything up to the entry that is the last folded one at the start, and the incidents as they are then.
    ///
    /// However long `write` takes, the journal's log can be taken over and shrinks: no transaction is open meanwhile. If
    /// retention takes entries out before they are written, the export ends with an error.
    ///
    /// - Parameter write: takes whole lines, their ends included.
    /// - Returns: the number of entries.
    /// - Throws: ``JournalError``, or what `write` throws.
    @discardableResult
    public func export(write: (Data) throws -> Void) throws -> Int {
        try export(
            scope: { database in
                // What is not folded yet has no incidents to go with it.
                let through = try Int64.fetchOne(
                    database,
                    sql: """
                        SELECT coalesce(
                            (SELECT min(sequence) - 1 FROM entry
                                WHERE sequence > (SELECT sequence FROM fold_cursor) AND kind IN \(EntryKind.folded)),
                            (SELECT max(sequence) FROM entry), 0)
                        """)
                return ExportScope(entries: "sequence <= \(through ?? 0)", incidents: "TRUE")
            }, write: write)
    }

    /// - Parameter choose: says what is exported, in the transaction that settles what follows from it.
    func export(
        scope choose: (Database) throws -> ExportScope, write: (Data) throws -> Void
    ) throws -> Int {
        // Set aside, for incidents change, unlike entries: a reader that takes an hour gets those of the start.
        let derived = try SpooledLines(journal: path)
        let (header, scope, total) = try reading { database in
            let scope = try choose(database)
            let export = JournalExport(database)
            try export.derived(scope.incidents, write: derived.append)
            let total = try Int.fetchOne(database, sql: "SELECT count(*) FROM entry WHERE \(scope.entries)")
            return (try export.header(), scope, total ?? 0)
        }
        try write(header)
        var last: Int64 = 0
        var count = 0
        while count < total {
            let page = try reading { try JournalExport($0).entries(scope.entries, after: &last) }
            guard page.count > 0 else {
                throw JournalError.cannotExport(
                    path: path, detail: "\(total - count) of its entries were taken out meanwhile: export it again")
            }
            try write(page.lines)
            count += page.count
        }
        try derived.read(into: write)
        return count
    }
}
