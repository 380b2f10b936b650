import Domain
import Foundation
import GRDB
import Synchronization

/// The durable, append-only record of events and of everything that followed, in one SQLite file.
///
/// Every write is one transaction in WAL mode with `synchronous=FULL`: what a method has returned is on the disk, what
/// it has thrown left no trace. Other processes may read the file while one writes. Methods block for the length of a
/// disk write at most; all may be called from any thread.
///
/// Every method throws ``JournalError``.
public final class EventJournal: Sendable {
    public enum Access: Sendable {
        /// Creates the file if there is none and brings an older one to this version's schema.
        case readWrite
        /// Changes nothing; the file must exist and have this version's schema.
        case readOnly
    }

    /// The file, as it was given.
    public let path: String
    let pool: DatabasePool
    let clock: any WallClock
    /// Free space under which events are refused, in bytes.
    let reserveBytes: Int
    let intake = Mutex(Intake())
    let listeners = Mutex(AppendListeners())

    /// - Parameter reserveBytes: free space that events may not use, so that what follows them can always be written:
    ///   incidents, answers and what people do.
    public convenience init(
        path: String, access: Access = .readWrite, clock: any WallClock = SystemClock(), reserveBytes: Int = 0
    ) throws {
        try self.init(
            path: path, access: access, clock: clock, reserveBytes: reserveBytes, prepareConnection: { _ in })
    }

    /// - Parameter prepareConnection: what a test does to each SQLite connection, such as to bound the file's size.
    init(
        path: String, access: Access, clock: any WallClock, reserveBytes: Int = 0,
        prepareConnection: @escaping @Sendable (Database) throws -> Void
    ) throws {
        self.path = path
        self.clock = clock
        self.reserveBytes = reserveBytes
        if access == .readOnly, !FileManager.default.fileExists(atPath: path) {
            throw JournalError.cannotOpen(path: path, detail: "there is no such file")
        }
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.readonly = access == .readOnly
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(JournalError.busyTimeoutSeconds)
        configuration.prepareDatabase { database in
            try EventJournal.requireJournal(database, path: path)
            try prepareConnection(database)
        }
        // Two programs that make a new file at once would each find the other's tables half made.
        let lock = access == .readWrite ? try OpeningLock(journal: path) : nil
        defer { withExtendedLifetime(lock) {} }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            switch access {
            case .readWrite: try EventJournal.bringUpToDate(pool, path: path)
            case .readOnly: try pool.read { try EventJournal.requireKnownSchema($0, path: path, complete: true) }
            }
        } catch let error as DatabaseError {
            throw JournalError(error, path: path)
        }
    }

    /// Refuses another program's database before anything is written to it.
    private static func requireJournal(_ database: Database, path: String) throws {
        // Tables first: the first migration makes them and the id at once, so whoever sees the tables of a journal that
        // is just being made sees its id too. The migrator's own table comes before both.
        let tableCount = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'")
        if tableCount == 0 { return }
        guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID else {
            throw JournalError.notAJournal(path: path, detail: "an SQLite database of another program")
        }
    }

    private static func requireKnownSchema(_ database: Database, path: String, complete: Bool) throws {
        let applied = try Schema.migrator.appliedIdentifiers(database)
        let known = Schema.versions.map(\.name)
        let unknown = applied.subtracting(known).sorted()
        guard unknown.isEmpty else { throw JournalError.newerSchema(path: path, unknown: unknown) }
        let missing = known.filter { !applied.contains($0) }
        guard !complete || missing.isEmpty else { throw JournalError.olderSchema(path: path, missing: missing) }
    }

    private static func bringUpToDate(_ pool: DatabasePool, path: String) throws {
        try pool.writeWithoutTransaction { database in
            // GRDB opens WAL files with NORMAL, under which a power cut loses the last commits.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // A burst must not leave a huge log file behind.
            try database.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
        }
        // In a write transaction, for appliedIdentifiers looks twice: another program must not make the table in between.
        try pool.write { try requireKnownSchema($0, path: path, complete: false) }
        try migrate(pool)
    }

    /// Two programs that open a new file at once both see the migrations as missing; the slower one fails at what the
    /// faster one has done by then, and goes on from there.
    private static func migrate(_ pool: DatabasePool) throws {
        for _ in Schema.versions {
            do {
                return try Schema.migrator.migrate(pool)
            } catch let error as DatabaseError where [.SQLITE_ERROR, .SQLITE_CONSTRAINT].contains(error.resultCode) {
                continue
            }
        }
        try Schema.migrator.migrate(pool)
    }

    /// Everything that SQLite finds wrong with the file; empty when it is sound. Reads the whole file.
    public func integrityProblems() throws -> [String] {
        do {
            return try reading { database in
                let damage = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
                // References cannot be followed through damaged pages.
                guard damage.isEmpty else { return damage }
                return try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { "foreign key: \($0)" }
            }
        } catch JournalError.corrupt(_, let detail) {
            // A page so damaged that the check itself stops there.
            return [detail]
        }
    }

    /// - Throws: ``JournalError/reserveReached(path:freeBytes:reserveBytes:)``.
    func requireReserve() throws {
        guard reserveBytes > 0 else { return }
        var status = statvfs()
        // What cannot be measured is left to SQLite to find out.
        guard statvfs(path, &status) == 0 else { return }
        let freeBytes = Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
        guard freeBytes >= reserveBytes else {
            throw JournalError.reserveReached(path: path, freeBytes: freeBytes, reserveBytes: reserveBytes)
        }
    }

    func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try typed { try pool.read(body) }
    }

    /// One transaction.
    func writing<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try typed { try pool.write(body) }
    }

    func typed<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw JournalError(error, path: path)
        } catch let error as RowDecodingError {
            throw JournalError.corrupt(path: path, detail: "\(error)")
        } catch let error as RowProblem {
            throw JournalError.corrupt(path: path, detail: "\(error)")
        }
    }
}
