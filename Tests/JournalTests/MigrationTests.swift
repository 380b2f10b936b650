import Domain
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite("Opening journals of any age")
struct MigrationTests {
    private let temporary: TemporaryJournal

    init() throws { temporary = try TemporaryJournal() }

    @Test("a program killed before its first migration leaves a file that the next one makes into a journal")
    func killedBeforeFirstMigration() throws {
        try temporary.database().write {
            try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        #expect(try temporary.open().accept(try Sample.fault()) == .appended(sequence: 1))
    }

    @Test("a journal of each earlier version keeps its events and works on", arguments: Schema.versions.map(\.name))
    func earlierVersion(name: String) throws {
        try migrate(upTo: name)
        try temporary.database().write { database in
            let hasTimes = try database.columns(in: "entry").count > 2
            try database.execute(
                sql: hasTimes
                    ? "INSERT INTO entry (kind, steady, wall) VALUES ('event', 1750000000, 1750000000)"
                    : "INSERT INTO entry (kind) VALUES ('event')")
            try database.execute(
                sql: """
                    INSERT INTO event (sequence, idempotency_key, source, topic, machine, received_at, payload,
                        received_byte_count, code, active)
                    VALUES (1, 'old', 'mqtt', 'plant/alarm', 'press-07', 1750000000, x'', 0, 'F30001', 1)
                    """)
        }
        let journal = try temporary.open()
        #expect(try journal.accept(try Sample.fault(key: "old")) == .duplicate(sequence: 1))
        #expect(try journal.accept(try Sample.fault(key: "new")) == .appended(sequence: 2))
        try journal.foldAll()
        #expect(try journal.incident(1)?.count == 2)
        #expect(try journal.record(Sample.answer(), for: 1) != nil)
        #expect(try journal.integrityProblems() == [])
    }

    @Test("a read-only look at an earlier version says what to do", arguments: Schema.versions.dropLast().map(\.name))
    func readOnlyEarlierVersion(name: String) throws {
        try migrate(upTo: name)
        let error = #expect(throws: JournalError.self) { try temporary.open(.readOnly) }
        guard case .olderSchema(temporary.path, let missing) = error else {
            Issue.record("expected an older schema, got \(String(describing: error))")
            return
        }
        #expect(missing.last == Schema.versions.last?.name)
    }

    @Test("a journal of a newer version is refused, read-only or not, and stays as it is")
    func newerVersion() throws {
        _ = try temporary.open()
        try temporary.database().write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99-tomorrow')") }
        for access in [EventJournal.Access.readWrite, .readOnly] {
            let error = #expect(throws: JournalError.self) { try temporary.open(access) }
            #expect(error == .newerSchema(path: temporary.path, unknown: ["99-tomorrow"]))
            #expect(error?.description.contains("99-tomorrow") == true)
        }
    }

    @Test(
        "another program's database is refused and not touched", arguments: [EventJournal.Access.readWrite, .readOnly])
    func otherProgram(access: EventJournal.Access) throws {
        try temporary.database().write { try $0.execute(sql: "CREATE TABLE recipe (name TEXT)") }
        let before = try Data(contentsOf: URL(fileURLWithPath: temporary.path))
        #expect(
            throws: JournalError.notAJournal(path: temporary.path, detail: "an SQLite database of another program")
        ) { try temporary.open(access) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: temporary.path)) == before)
    }

    @Test("programs that open a new file at once all get a sound journal")
    func openedAtOnce() throws {
        let path = temporary.path
        try onThreads(4) { thread in
            try EventJournal(path: path).accept(try Sample.fault(key: "key-\(thread)"))
        }
        let journal = try temporary.open()
        #expect(try journal.counters().events == 4)
        #expect(try journal.integrityProblems() == [])
    }

    @Test("a missing file is not created by a reader")
    func missing() {
        #expect(throws: JournalError.cannotOpen(path: temporary.path, detail: "there is no such file")) {
            try temporary.open(.readOnly)
        }
        #expect(!FileManager.default.fileExists(atPath: temporary.path))
    }

    @Test("a folder that is not there is named")
    func missingFolder() {
        let path = temporary.folder.appendingPathComponent("none/journal.sqlite").path
        let error = #expect(throws: JournalError.self) { try EventJournal(path: path) }
        guard case .cannotOpen(path, _) = error else {
            Issue.record("expected \"cannot open\", got \(String(describing: error))")
            return
        }
    }

    private func migrate(upTo name: String) throws {
        try Schema.migrator.migrate(try DatabasePool(path: temporary.path), upTo: name)
    }
}
