import Domain
import Foundation
import GRDB
import Platform

/// One immutable snapshot, open for reading.
///
/// Only a whole one can be opened: a regular file that SQLite finds sound from end to end, with a schema that this
/// version knows and the number that its name says. A question must never be answered from less.
final class LibrarySnapshot: Sendable {
    let number: Int
    private let file: URL
    /// Whether the snapshot was made by a version that withholds rows.
    let hasWithheldRows: Bool
    private let queue: DatabaseQueue

    /// - Throws: ``LibraryError/damaged(path:reason:)`` for one that is not whole, ``LibraryError/unreadable(path:reason:)``
    ///   where that cannot be told.
    init(_ file: URL, number: Int) throws {
        self.number = number
        self.file = file
        try LibrarySnapshot.requireReadableFile(file)
        (queue, hasWithheldRows) = try LibrarySnapshot.typed(file) {
            var configuration = LibrarySnapshot.configuration
            configuration.readonly = true
            let queue = try DatabaseQueue(path: file.path, configuration: configuration)
            let version = try queue.read { try LibrarySnapshot.requireWhole($0, file, number: number) }
            return (queue, version >= WithheldStore.firstVersion)
        }
    }

    private static func requireReadableFile(_ file: URL) throws(LibraryError) {
        let status: stat?
        do throws(FileError) {
            status = try OwnFile.status(of: file.path)
            if status?.st_mode ?? 0 & S_IFMT == S_IFREG, faccessat(AT_FDCWD, file.path, R_OK, AT_EACCESS) != 0 {
                throw FileError(file.path)
            }
        } catch {
            throw LibraryError(unreadable: error)
        }
        guard let status else { throw .damaged(path: file.path, reason: "no such file") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .damaged(path: file.path, reason: "expected a regular file")
        }
        guard status.st_size > 0 else { throw .damaged(path: file.path, reason: "0 bytes long") }
    }

    /// - Returns: its version.
    private static func requireWhole(_ database: Database, _ file: URL, number: Int) throws -> Int {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard (LibrarySchema.oldest...LibrarySchema.version).contains(version) else {
            throw LibraryError.damaged(
                path: file.path,
                reason: "made by another version of Andon (schema \(version), expected \(LibrarySchema.version));"
                    + " move its folder away and import the manuals again")
        }
        if let own = try LibrarySchema.number(in: database), own != number {
            throw LibraryError.damaged(path: file.path, reason: "this is snapshot \(own) under another name")
        }
        let problem = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no result"
        guard problem == "ok" else { throw LibraryError.damaged(path: file.path, reason: problem) }
        return version
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "andon.library"
        configuration.prepareDatabase { $0.add(tokenizer: BigramTokenizer.self) }
        return configuration
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try LibrarySnapshot.typed(file) { try queue.read(body) }
    }

    /// Nothing that SQLite or a decoder says of a snapshot may pass for "not found".
    private static func typed<Value>(_ file: URL, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            let reason = error.message ?? "\(error.resultCode)"
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR:
                throw LibraryError.damaged(path: file.path, reason: reason)
            default: throw LibraryError.unreadable(path: file.path, reason: reason)
            }
        } catch let error as DecodingError {
            throw LibraryError.damaged(path: file.path, reason: "\(error)")
        } catch let error as RowDecodingError {
            throw LibraryError.damaged(path: file.path, reason: "\(error)")
        }
    }

    /// The manual of a file that was imported with this very content, importer and settings.
    func manual(file: String, contentHash: String) throws -> ManualEntry? {
        try manuals(where: "file = ? AND content_hash = ?", [file, contentHash]).first
    }

    func manuals() throws -> [ManualEntry] { try manuals(where: "true", []) }

    private func manuals(where condition: String, _ arguments: [String]) throws -> [ManualEntry] {
        try read { database in
            let withheld = hasWithheldRows ? "(SELECT count(*) FROM withheld WHERE manual_id = manual.id)" : "0"
            let sql = """
                SELECT manual.*, \(withheld) AS withheld, (SELECT count(*) FROM passage WHERE manual_id = manual.id) AS passages,
                    (SELECT count(DISTINCT normalized) FROM passage_code JOIN passage ON passage.id = passage_id
                     WHERE manual_id = manual.id AND role < \(CodeRole.mention.rawValue)) AS codes
                FROM manual WHERE \(condition) ORDER BY file, machine_model
                """
            return try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments)).map { row in
                ManualEntry(
                    file: row["file"], title: row["title"], machineModel: MachineModel(rawValue: row["machine_model"]),
                    language: Language(rawValue: row["language"]) ?? .english, revision: row["revision"],
                    documentNumber: row["document_number"], revisionLabel: row["revision_label"],
                    passages: row["passages"], codes: row["codes"], withheld: row["withheld"])
            }
        }
    }

    func passages(ofFile file: String) throws -> [Passage] {
        try read { database in
            let sql = """
                SELECT \(PassageStore.columns) FROM passage JOIN manual ON manual.id = manual_id
                WHERE manual.file = ? ORDER BY passage.id
                """
            return try Row.fetchAll(database, sql: sql, arguments: [file]).map(PassageStore.passage(from:))
        }
    }

    /// Passages that have a code and a title, spread evenly over the library.
    func sample(_ count: Int) throws -> [Passage] {
        try read { database in
            let condition = "passage.title IS NOT NULL AND passage.codes != '[]'"
            let total = try Int.fetchOne(database, sql: "SELECT count(*) FROM passage WHERE \(condition)") ?? 0
            let sql = """
                SELECT \(PassageStore.columns) FROM passage JOIN manual ON manual.id = manual_id
                WHERE \(condition) AND passage.id % \(max(1, total / max(1, count))) = 0
                ORDER BY passage.id LIMIT \(max(1, count))
                """
            return try Row.fetchAll(database, sql: sql).map(PassageStore.passage(from:))
        }
    }
}
