import Domain
import Foundation
import GRDB
import Platform
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
        /// Makes the file if there is none, and brings an older one to this version's schema.
        case readWrite
        /// Changes nothing; the file must exist and have this version's schema.
        case readOnly
    }

    /// Of the log file, once what a burst left in it is taken over into the journal.
    static let logBytesLimit = 16 << 20

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
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.readonly = access == .readOnly
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(JournalError.busyTimeoutSeconds)
        configuration.prepareDatabase(prepareConnection)
        // Two programs that make a new file at once would each find the other's tables half made.
        let lock = access == .readWrite ? try OpeningLock(journal: path) : nil
        defer { withExtendedLifetime(lock) {} }
        do {
            let file = JournalFile(path: path)
            if access == .readWrite { try file.makeIfMissing() }
            try file.examine(whole: access == .readWrite)
            pool = try DatabasePool(path: path, configuration: configuration)
            switch access {
            case .readWrite: try EventJournal.bringUpToDate(pool)
            case .readOnly: try pool.read { try EventJournal.requireCompleteSchema($0, path: path) }
            }
        } catch let error as DatabaseError {
            throw JournalError(error, path: path)
        }
    }

    /// Whether there is nothing of a journal at a path, neither the file nor a log that it left.
    ///
    /// False also where that cannot be told: opening it says why.
    public static func isMissing(at path: String) -> Bool {
        do {
            return try !OwnFile.exists(path) && !OwnFile.exists(path + "-wal")
        } catch {
            return false
        }
    }

    private static func requireCompleteSchema(_ database: Database, path: String) throws {
        let applied = try Schema.migrator.appliedIdentifiers(database)
        let missing = Schema.versions.map(\.name).filter { !applied.contains($0) }
        guard missing.isEmpty else { throw JournalError.olderSchema(path: path, missing: missing) }
    }

    private static func bringUpToDate(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { database in
            // GRDB opens WAL files with NORMAL, under which a power cut loses the last commits.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // A burst must not leave a huge log file behind.
            try database.execute(sql: "PRAGMA journal_size_limit = \(EventJournal.logBytesLimit)")
            // A page that many commits change goes into the journal once for all of them.
            let pageBytes = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? JournalFile.pageBytes
            try database.execute(
                sql: "PRAGMA wal_autocheckpoint = \(EventJournal.logBytesLimit / (pageBytes + 24) * 9 / 10)")
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
