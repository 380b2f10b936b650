import Domain
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite("Appending events")
struct AppendTests {
    private let temporary: TemporaryJournal
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open()
    }

    @Test("an event is read back as it arrived, also by the next process")
    func roundTrip() throws {
        let typed = Event(
            idempotencyKey: nil, source: .typed, machine: nil, receivedAt: FixedClock.time, payload: Payload(Data()),
            content: .unparseable(reason: "empty"))
        let events = [try Sample.fault(key: "a"), Sample.unparseable(key: "b"), typed]
        for (index, event) in events.enumerated() {
            #expect(try journal.accept(event) == .appended(sequence: Int64(index + 1)))
        }
        let next = try temporary.open(.readOnly)
        for (index, event) in events.enumerated() {
            #expect(try next.event(Int64(index + 1))?.event == event)
        }
    }

    @Test("a redelivered event makes no second one and is counted, across a restart too")
    func redelivery() throws {
        try journal.accept(try Sample.fault(key: "a"))
        #expect(try journal.accept(try Sample.fault("F2", key: "a")) == .duplicate(sequence: 1))
        #expect(try journal.counters().duplicates == 1)
        try journal.accept(try Sample.fault(key: "b"))
        let next = try temporary.open()
        #expect(try next.accept(try Sample.fault(key: "b")) == .duplicate(sequence: 2))
        #expect(try next.counters().duplicates == 2)
        #expect(try next.counters().events == 2)
    }

    @Test("equal events without a key are separate events")
    func noKey() throws {
        #expect(try journal.accept(try Sample.fault()) == .appended(sequence: 1))
        #expect(try journal.accept(try Sample.fault()) == .appended(sequence: 2))
    }

    @Test("a batch recognises a redelivery within itself")
    func duplicateInBatch() throws {
        let event = try Sample.fault(key: "a")
        #expect(try journal.accept(contentsOf: [event, event]) == [.appended(sequence: 1), .duplicate(sequence: 1)])
    }

    @Test("threads that append the same events at once: each is there exactly once, each caller gets its own place")
    func threads() throws {
        let events = try (0..<60).map { try Sample.fault("F\($0)", key: "key-\($0)") }
        let journal = journal
        try onThreads(6) { thread in
            for offset in events.indices {
                let event = events[(offset + thread * 10) % events.count]
                switch try journal.accept(event) {
                case .appended(let sequence), .duplicate(let sequence):
                    #expect(try journal.event(sequence)?.event == event)
                }
            }
        }
        let counters = try journal.counters()
        #expect(counters.events == 60)
        #expect(counters.duplicates == 5 * 60)
    }

    @Test("two programs that write the same file at once both get through")
    func twoWriters() throws {
        let writers = [journal, try temporary.open()]
        try onThreads(2) { index in
            for number in 0..<20 { try writers[index].accept(try Sample.fault(key: "\(index)-\(number)")) }
        }
        #expect(try journal.counters().events == 40)
    }

    @Test("a reader in another process sees what was appended while it is open, and cannot write")
    func readOnly() throws {
        let reader = try temporary.open(.readOnly)
        try journal.accept(try Sample.fault())
        #expect(try reader.counters().events == 1)
        #expect(throws: JournalError.readOnly(path: temporary.path)) {
            try reader.accept(try Sample.fault())
        }
    }

    @Test(
        "SQLite itself refuses to change or delete what was appended",
        arguments: ["entry", "event", "acknowledgement", "answer"])
    func appendOnly(table: String) throws {
        try journal.accept(try Sample.fault())
        try journal.foldAll()
        try journal.acknowledge(incident: 1, by: "Lin", at: FixedClock.time)
        _ = try journal.record(Sample.answer(), for: 1)
        for sql in ["UPDATE \(table) SET sequence = sequence + 100", "DELETE FROM \(table)"] {
            let error = #expect(throws: DatabaseError.self) {
                try temporary.database().write { try $0.execute(sql: sql) }
            }
            #expect(error?.message == "\(table) is append-only")
        }
    }

    @Test("commits are synchronous in WAL mode")
    func pragmas() throws {
        let values = try journal.pool.writeWithoutTransaction { database in
            try ["journal_mode", "synchronous", "foreign_keys"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(values == ["wal", "2", "1"])
    }

    @Test("whoever listens hears of appends, several folded into one")
    func listeners() async throws {
        var iterator = journal.appends().makeAsyncIterator()
        #expect(await iterator.next() != nil)
        try journal.accept(contentsOf: [try Sample.fault()])
        try journal.accept(contentsOf: [try Sample.fault()])
        #expect(await iterator.next() != nil)
        try journal.accept(contentsOf: [try Sample.fault()])
        #expect(await iterator.next() != nil)
    }

    @Test("the benchmark fills in every figure and leaves nothing behind")
    func benchmark() throws {
        let folder = temporary.folder.appendingPathComponent("bench")
        let figures = try JournalBenchmark.ingest(in: folder, rounds: 2, events: 20, threads: 2, batchLength: 8)
        for rate in [
            figures.plainSyncsPerSecond, figures.singleCommitsPerSecond, figures.threadedEventsPerSecond,
            figures.batchedEventsPerSecond, figures.duplicatesPerSecond,
        ] {
            #expect(rate > 0)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("a commit writes few pages: one event alone, and fifty of one machine at once with one fold")
    func pagesWritten() throws {
        let temporary = try TemporaryJournal()
        let clock = HandClock()
        let journal = try temporary.open(clock: clock)
        try journal.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        for number in 0..<300 { try journal.accept(try Sample.fault("F\(number % 20)", key: "warm-\(number)")) }
        try journal.foldAll()
        func pages(_ body: () throws -> Void) throws -> Int {
            try journal.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try body()
            return try journal.pool.writeWithoutTransaction { try $0.checkpoint(.passive).walFrameCount }
        }
        // Of entry, event and its two indices; each may split.
        let alone = try pages {
            for number in 0..<50 { try journal.accept(try Sample.fault("F1", key: "one-\(number)")) }
        }
        #expect(alone <= 50 * 6, "\(alone)")
        let foldedOneByOne = try pages { try journal.foldAll(limit: 1) }
        let batch = try (0..<50).map { try Sample.fault("F1", key: "batch-\($0)") }
        let together = try pages { try journal.accept(contentsOf: batch) }
        let folded = try pages { try journal.foldAll() }
        #expect(together <= 80, "\(together)")
        #expect(folded <= 20 && folded * 10 < foldedOneByOne, "\(folded) of \(foldedOneByOne)")
    }
}
