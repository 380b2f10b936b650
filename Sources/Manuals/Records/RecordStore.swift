import Domain
import Foundation
import GRDB

/// A row of `records list`.
public struct RecordSource: Codable, Sendable, Hashable {
    public let file: String
    public let records: Int
}

/// Keeps records of repairs in a snapshot, apart from the manuals and their indexes.
enum RecordStore {
    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE repair_source (
                    id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, content_hash TEXT NOT NULL);
                CREATE TABLE repair (
                    id INTEGER PRIMARY KEY,
                    source_id INTEGER NOT NULL REFERENCES repair_source (id) ON DELETE CASCADE,
                    day TEXT, machine TEXT, model TEXT NOT NULL, model_key TEXT NOT NULL, normalized TEXT NOT NULL,
                    written TEXT NOT NULL, action TEXT NOT NULL, outcome TEXT NOT NULL);
                CREATE INDEX repair_code ON repair (normalized, model_key);
                CREATE INDEX repair_source_id ON repair (source_id);
                """)
    }

    /// Puts a file's records in the place of those that it had before.
    static func replace(with file: RecordFile, in database: Database) throws {
        try remove(file.file, from: database)
        try database.execute(
            sql: "INSERT INTO repair_source (file, content_hash) VALUES (?, ?)",
            arguments: [file.file, file.contentHash])
        let source = database.lastInsertedRowID
        let insert = try database.makeStatement(
            sql: """
                INSERT INTO repair (source_id, day, machine, model, model_key, normalized, written, action, outcome)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for record in file.records {
            try insert.execute(arguments: [
                source, record.day, record.machine?.rawValue, record.model.rawValue, ModelKey.key(record.model),
                record.code.normalized, record.code.written, record.action, record.outcome.rawValue,
            ])
        }
    }

    static func remove(_ file: String, from database: Database) throws {
        try database.execute(sql: "DELETE FROM repair_source WHERE file = ?", arguments: [file])
    }

    static func hash(of file: String, in database: Database) throws -> String? {
        try String.fetchOne(database, sql: "SELECT content_hash FROM repair_source WHERE file = ?", arguments: [file])
    }

    static func sources(in database: Database) throws -> [RecordSource] {
        let sql = """
            SELECT file, (SELECT count(*) FROM repair WHERE source_id = repair_source.id) AS records
            FROM repair_source ORDER BY file
            """
        return try Row.fetchAll(database, sql: sql).map { RecordSource(file: $0["file"], records: $0["records"]) }
    }

    /// The latest records of a code, with the files that they came from.
    static func records(
        of code: FaultCode, modelKey: String?, in database: Database, limit: Int
    ) throws -> [(record: RepairRecord, file: String)] {
        var sql = """
            SELECT repair.*, repair_source.file FROM repair JOIN repair_source ON repair_source.id = source_id
            WHERE normalized = ?
            """
        var arguments: [any DatabaseValueConvertible] = [code.normalized]
        if let modelKey {
            sql += " AND model_key = ?"
            arguments.append(modelKey)
        }
        sql += " ORDER BY day DESC, repair.id DESC LIMIT \(limit)"
        return try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments)).compactMap { row in
            guard let code = FaultCode(row["written"]) else { return nil }
            let record = RepairRecord(
                day: row["day"], machine: (row["machine"] as String?).map(MachineID.init(rawValue:)),
                model: MachineModel(rawValue: row["model"]), code: code, action: row["action"],
                outcome: RepairRecord.Outcome(rawValue: row["outcome"]) ?? .unknown)
            return (record, row["file"])
        }
    }
}
