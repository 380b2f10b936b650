import Domain
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Journal

@Suite("A journal that is no longer whole is refused, and stays as it is")
struct LostJournalTests {
    private static let page = JournalFile.pageBytes

    private let temporary: TemporaryJournal
    private var log: String { temporary.path + "-wal" }

    init() throws { temporary = try TemporaryJournal() }

    /// Leaves a journal of 400 events in the main file, and one more event in the log.
    private func fill() throws {
        let journal = try temporary.open()
        try journal.accept(contentsOf: try (0..<400).map { try Sample.fault("F\($0)", key: "key-\($0)") })
        try journal.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try journal.accept(try Sample.fault("F400", key: "key-400"))
        // As after a power cut: closing the journal would take the log over.
        let copies = try [temporary.path, log].map { try bytes($0) }
        try journal.pool.close()
        for (path, copy) in zip([temporary.path, log], copies) { try copy.write(to: URL(fileURLWithPath: path)) }
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    private func change(_ path: String, _ body: (inout Data) -> Void) throws {
        var content = try bytes(path)
        body(&content)
        try content.write(to: URL(fileURLWithPath: path))
    }

    enum Loss: CaseIterable {
        case emptied, zeroed, headerZeroed, schemaZeroed, cutShort, pagesOverwritten, lastPageOverwritten, otherFile
        case withoutTables, newer, gone
    }

    private func lose(_ loss: Loss) throws {
        switch loss {
        case .emptied: try change(temporary.path) { $0 = Data() }
        case .zeroed: try change(temporary.path) { $0 = Data(count: $0.count) }
        case .headerZeroed: try change(temporary.path) { $0.replaceSubrange(0..<100, with: Data(count: 100)) }
        case .schemaZeroed:
            try change(temporary.path) { $0.replaceSubrange(100..<Self.page, with: Data(count: Self.page - 100)) }
        case .cutShort:
            try change(log) { $0 = Data() }
            try change(temporary.path) { $0 = $0.prefix($0.count / Self.page / 2 * Self.page) }
        case .pagesOverwritten:
            try change(log) { $0 = Data() }
            try change(temporary.path) { content in
                for page in stride(from: 80 * Self.page, to: 96 * Self.page, by: Self.page) {
                    content.replaceSubrange(page..<(page + 512), with: Data(repeating: 0xA5, count: 512))
                }
            }
        case .lastPageOverwritten:
            try change(log) { $0 = Data() }
            try change(temporary.path) { content in
                content.replaceSubrange((content.count - Self.page)..., with: Data(repeating: 0xFF, count: Self.page))
            }
        case .otherFile: try change(temporary.path) { $0 = Data(repeating: 0x41, count: 8_192) }
        case .withoutTables:
            try FileManager.default.removeItem(atPath: temporary.path)
            try change(log) { $0 = Data() }
            try temporary.database().vacuum()
        case .newer:
            try temporary.database().write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99-tomorrow')")
            }
        case .gone: try FileManager.default.removeItem(atPath: temporary.path)
        }
    }

    @Test("each loss is named with the file and what to do, and neither file changes", arguments: Loss.allCases)
    func refused(loss: Loss) throws {
        try fill()
        try lose(loss)
        // A log of no bytes is none.
        func content() -> [Data] { [temporary.path, log].map { (try? bytes($0)) ?? Data() } }
        let before = content()
        for access in [EventJournal.Access.readWrite, .readOnly] {
            // A reader reads no more pages than it needs.
            if access == .readOnly, [.pagesOverwritten, .lastPageOverwritten].contains(loss) { continue }
            let error = #expect(throws: JournalError.self, "\(loss), \(access)") { try temporary.open(access) }
            let text = error?.description ?? ""
            #expect(text.contains(temporary.path), "\(text)")
            #expect(text.contains("andon replay") || loss == .newer, "\(text)")
            #expect(content() == before, "\(loss), \(access)")
        }
    }

    @Test("a log that is missing from a directory in which nothing else is makes no loss: a new journal")
    func emptyLog() throws {
        try Data().write(to: URL(fileURLWithPath: log))
        #expect(try temporary.open().accept(try Sample.fault()) == .appended(sequence: 1))
    }

    @Test("what a program left that was killed while it made the first journal, at any length, is no loss")
    func killedWhileMaking() throws {
        _ = try temporary.open()
        let whole = try bytes(temporary.path)
        for length in stride(from: 0, through: whole.count, by: Self.page) {
            for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"] {
                try? FileManager.default.removeItem(at: temporary.folder.appendingPathComponent(name))
            }
            for suffix in ["-new", "-new-journal", "-new-wal"] {
                try whole.prefix(length).write(to: URL(fileURLWithPath: temporary.path + suffix))
            }
            #expect(try temporary.open().accept(try Sample.fault()) == .appended(sequence: 1), "\(length) bytes")
            let names = try FileManager.default.contentsOfDirectory(atPath: temporary.folder.path)
            #expect(!names.contains { $0.contains("-new") }, "\(names)")
        }
    }

    @Test("of a file too large to be read whole the ends are read, which new rows go to")
    func ends() throws {
        try fill()
        try temporary.open().pool.close()
        let file = JournalFile(path: temporary.path, examinedBytesLimit: 0)
        try file.examine(whole: true)
        for table in ["entry", "event", "clock"] {
            let sound = try bytes(temporary.path)
            try overwriteRoot(of: table)
            #expect(throws: (any Error).self, "\(table)") { try file.examine(whole: true) }
            try sound.write(to: URL(fileURLWithPath: temporary.path))
        }
        try file.examine(whole: true)
    }

    private func overwriteRoot(of name: String) throws {
        let found = try temporary.database().read { database in
            try Int.fetchOne(database, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [name])
        }
        let root = try #require(found)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: temporary.path))
        try file.seek(toOffset: UInt64((root - 1) * Self.page))
        try file.write(contentsOf: Data(repeating: 0xA5, count: Self.page))
        try file.close()
    }

    @Test("a page that breaks while the journal is open: what meets it is refused whole, nothing is acknowledged")
    func brokenWhileOpen() throws {
        try fill()
        let journal = try temporary.open()
        try journal.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        let count = try journal.counters().events
        try overwriteRoot(of: "sqlite_autoindex_event_1")
        #expect(try temporary.open(.readOnly).integrityProblems() != [])
        journal.pool.releaseMemory()
        let error = #expect(throws: JournalError.self) {
            try journal.accept(contentsOf: [try Sample.fault("F1", key: "late-1"), Sample.unparseable()])
        }
        guard case .corrupt(temporary.path, _) = error else {
            Issue.record("expected \"corrupt\", got \(String(describing: error))")
            return
        }
        #expect(try journal.reading { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") } == count)
    }
}
