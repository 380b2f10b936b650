import Foundation
import GRDB
import Platform

/// The file under a journal, before the journal may write to it.
///
/// A journal is made beside its place and renamed to it once it is whole. So whatever is found in that place and is no
/// whole journal lost something, and is refused and left as it is, its `-wal` too: starting anew on it would hide the loss.
struct JournalFile {
    /// Of a new journal. A commit writes whole pages, and an event changes a row or two in each of several.
    static let pageBytes = 1_024

    let path: String
    /// Up to this size every page is read when a journal is opened for writing: about half a second from the page cache.
    /// Of larger files only both ends of each table, which new rows go to, and a page that breaks elsewhere shows when it
    /// is met, or in ``EventJournal/integrityProblems()``.
    var examinedBytesLimit = 256 << 20

    private var logPath: String { path + "-wal" }
    private var partPath: String { path + "-new" }

    /// Makes an empty journal where nothing of one is; to be called under the ``OpeningLock``.
    ///
    /// - Throws: ``JournalError``, `DatabaseError`.
    func makeIfMissing() throws {
        guard try byteCount(path) == nil, try (byteCount(logPath) ?? 0) == 0 else { return }
        // Of a program that was killed while it made one.
        for leftover in [partPath, partPath + "-journal", partPath + "-wal", partPath + "-shm", logPath] {
            guard unlink(leftover) == 0 || errno == ENOENT else { throw cannotOpen(FileError(leftover)) }
        }
        do {
            // Before there is anything in it: its log takes the same mode and owner.
            close(try own { () throws(FileError) in try OwnFile.create(partPath) })
            var configuration = Configuration()
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = \(Self.pageBytes)") }
            let part = try DatabaseQueue(path: partPath, configuration: configuration)
            try Schema.migrator.migrate(part)
            try part.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            // Takes the log's content over and removes the log.
            try part.close()
        }
        try own { () throws(FileError) in
            try OwnFile.sync(partPath)
            try OwnFile.move(partPath, to: path)
        }
    }

    /// Refuses what is no whole journal, through a connection that cannot write: closing one that can would take the log's
    /// content over into a damaged file.
    ///
    /// - Parameter whole: reads the pages too, all of them up to ``examinedBytesLimit``.
    /// - Throws: ``JournalError``, `DatabaseError`.
    func examine(whole: Bool) throws {
        guard let byteCount = try byteCount(path) else {
            guard try (byteCount(logPath) ?? 0) == 0 else { throw JournalError.lostMainFile(path: path) }
            throw JournalError.cannotOpen(path: path, detail: "there is no such file")
        }
        guard byteCount > 0 else { throw JournalError.emptied(path: path) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(JournalError.busyTimeoutSeconds)
        let file = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? file.close() }
        try file.read { database in
            try requireIdentity(database)
            guard whole else { return }
            if byteCount <= examinedBytesLimit {
                let problems = try String.fetchAll(database, sql: "PRAGMA quick_check(3)").filter { $0 != "ok" }
                guard problems.isEmpty else {
                    throw JournalError.corrupt(path: path, detail: problems.joined(separator: "; "))
                }
            } else {
                try readEnds(database)
            }
        }
    }

    /// Refuses another program's database, a newer program's journal, and one without tables.
    private func requireIdentity(_ database: Database) throws {
        let tables = try String.fetchSet(database, sql: "SELECT tbl_name FROM sqlite_master")
        // What an earlier Andon left that was killed while it made its first journal.
        let isUnbegun =
            try tables == ["grdb_migrations"]
            && Int.fetchOne(database, sql: "SELECT count(*) FROM grdb_migrations") == 0
        guard !isUnbegun else { return }
        guard !tables.isEmpty else { throw JournalError.corrupt(path: path, detail: "it holds no tables") }
        guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID else {
            throw JournalError.notAJournal(path: path, detail: "an SQLite database of another program")
        }
        let unknown = try Schema.migrator.appliedIdentifiers(database).subtracting(Schema.versions.map(\.name))
        guard unknown.isEmpty else { throw JournalError.newerSchema(path: path, unknown: unknown.sorted()) }
    }

    private func readEnds(_ database: Database) throws {
        let tables = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        for table in tables {
            let key = try String.fetchAll(
                database, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", arguments: [table])
            for direction in ["ASC", "DESC"] {
                let order = (key.isEmpty ? ["rowid"] : key).map { "\"\($0)\" \(direction)" }.joined(separator: ", ")
                _ = try Row.fetchOne(database, sql: "SELECT * FROM \"\(table)\" ORDER BY \(order) LIMIT 1")
            }
        }
    }

    /// - Returns: nil where nothing is.
    /// - Throws: ``JournalError/cannotOpen(path:detail:)`` where that cannot be told.
    private func byteCount(_ path: String) throws -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw cannotOpen(FileError(path)) }
            return nil
        }
        return Int(status.st_size)
    }

    private func own<Value>(_ body: () throws(FileError) -> Value) throws -> Value {
        do { return try body() } catch { throw cannotOpen(error) }
    }

    private func cannotOpen(_ error: FileError) -> JournalError {
        .cannotOpen(path: path, detail: error.path == path ? error.reason : error.description)
    }
}
