import Foundation
import GRDB

/// Writes a journal as JSON Lines: a header, the entries in journal order, then what was derived from them.
struct JournalExport {
    /// Rows read at a time; a row may hold 256 KiB.
    private static let pageLength = 100

    let database: Database
    let encoder: JSONEncoder
    /// Takes one line, its end included.
    let write: (Data) throws -> Void

    init(_ database: Database, write: @escaping (Data) throws -> Void) {
        self.database = database
        self.write = write
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// - Parameters:
    ///   - condition: of the entries, over `entry.sequence`.
    ///   - incidentCondition: of the incidents, over `incident.id`.
    /// - Returns: the number of entries.
    func run(rules: String, entries condition: String, incidents incidentCondition: String) throws -> Int {
        let identity = try EventJournal.identity(database)
        try put(ExportHeader(andonJournal: ExportHeader.currentFormat, journal: identity, rules: rules))
        var last: Int64 = 0
        var count = 0
        while true {
            let page = try Row.fetchAll(
                database,
                sql: """
                    SELECT sequence, kind, steady, wall FROM entry WHERE sequence > ? AND (\(condition))
                    ORDER BY sequence LIMIT ?
                    """, arguments: [last, Self.pageLength])
            guard !page.isEmpty else { break }
            for row in page {
                last = try putEntry(row)
                count += 1
            }
        }
        try putDerived(
            "incident", key: "id", "SELECT * FROM incident WHERE id > ? AND (\(incidentCondition)) ORDER BY id LIMIT ?")
        try putDerived(
            "group", key: "id",
            """
            SELECT * FROM alarm_group WHERE id > ? AND id IN (SELECT id FROM incident WHERE \(incidentCondition))
            ORDER BY id LIMIT ?
            """)
        try putTransitions(incidentCondition)
        return count
    }

    private func putEntry(_ entry: Row) throws -> Int64 {
        let sequence = try entry.decode(Int64.self, forColumn: "sequence")
        let kind: EntryKind = try entry.choice("kind")
        let wall = try entry.decode(Double.self, forColumn: "wall")
        var fields: [String: ExportValue] = [:]
        if let table = kind.table {
            let statement = try database.cachedStatement(
                sql: "SELECT \(kind.columns.joined(separator: ", ")) FROM \(table) WHERE sequence = ?")
            fields = try Row.fetchOne(statement, arguments: [sequence]).map(Self.fields) ?? [:]
        }
        try put(
            ExportLine(
                kind: kind.rawValue, sequence: sequence, steady: try entry.decode(Double.self, forColumn: "steady"),
                wall: wall, time: Date(timeIntervalSince1970: wall).formatted(.iso8601), fields: fields))
        return sequence
    }

    private func putDerived(_ kind: String, key: String, _ sql: String) throws {
        var last: Int64 = 0
        while true {
            let page = try Row.fetchAll(database, sql: sql, arguments: [last, Self.pageLength])
            guard !page.isEmpty else { return }
            for row in page {
                last = try row.decode(Int64.self, forColumn: key)
                try put(ExportLine(kind: kind, sequence: last, fields: Self.fields(row)))
            }
        }
    }

    private func putTransitions(_ incidentCondition: String) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT * FROM incident_transition
                WHERE incident IN (SELECT id FROM incident WHERE \(incidentCondition)) ORDER BY sequence, ordinal
                """)
        while let row = try rows.next() {
            try put(
                ExportLine(
                    kind: "transition", sequence: try row.decode(Int64.self, forColumn: "sequence"),
                    fields: Self.fields(row)))
        }
    }

    private static func fields(_ row: Row) -> [String: ExportValue] {
        var fields: [String: ExportValue] = [:]
        for (column, value) in row { fields[column] = ExportValue(value) }
        return fields
    }

    private func put(_ line: some Encodable) throws {
        try write(try encoder.encode(line) + Data("\n".utf8))
    }
}

extension EventJournal {
    /// Writes everything up to the last folded entry, in one consistent state of the journal.
    ///
    /// - Parameters:
    ///   - rules: JSON of the rules that the incidents are folded by, kept for whoever folds them again.
    ///   - write: takes one line, its end included.
    /// - Returns: the number of entries.
    @discardableResult
    public func export(rules: String, write: @escaping (Data) throws -> Void) throws -> Int {
        try reading { database in
            // What is not folded yet has no incidents to go with it.
            let through = try Int64.fetchOne(
                database,
                sql: """
                    SELECT coalesce(
                        (SELECT min(sequence) - 1 FROM entry
                            WHERE sequence > (SELECT sequence FROM fold_cursor)
                                AND kind IN ('event', 'acknowledgement', 'operation', 'timer')),
                        (SELECT max(sequence) FROM entry), 0)
                    """)
            return try JournalExport(database, write: write)
                .run(rules: rules, entries: "sequence <= \(through ?? 0)", incidents: "TRUE")
        }
    }
}
