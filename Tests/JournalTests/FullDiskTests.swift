import Domain
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite("A full disk")
struct FullDiskTests {
    @Test("at the file's size limit events are refused whole, and accepted again once there is room")
    func pageLimit() throws {
        let temporary = try TemporaryJournal()
        let journal = try EventJournal(
            path: temporary.path, access: .readWrite, clock: FixedClock(),
            prepareConnection: { try $0.execute(sql: "PRAGMA max_page_count = 240") })
        let kept = try fill(journal, path: temporary.path)
        try journal.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        try expectWorkingAgain(journal, kept: kept)
    }

    @Test(
        "on a volume without space events are refused whole, and accepted again once there is room",
        .enabled(if: SmallVolume.isAvailable))
    func smallVolume() throws {
        let temporary = try TemporaryJournal()
        let volume = try SmallVolume(sizeMiB: 2, under: temporary.folder)
        let ballast = volume.folder.appendingPathComponent("ballast")
        try Data(count: 1 << 20).write(to: ballast)
        let path = volume.folder.appendingPathComponent("journal.sqlite").path
        do {
            let journal = try EventJournal(path: path)
            let kept = try fill(journal, path: path)
            try FileManager.default.removeItem(at: ballast)
            try expectWorkingAgain(journal, kept: kept)
        }
        #expect(try EventJournal(path: path).integrityProblems() == [])
    }

    /// Appends until the journal refuses; returns how many events it took.
    private func fill(_ journal: EventJournal, path: String) throws -> Int {
        var kept = 0
        while kept < 10_000 {
            do {
                try journal.accept(large(kept))
                kept += 1
            } catch JournalError.diskFull(let named) {
                #expect(named == path)
                #expect(throws: JournalError.diskFull(path: path)) {
                    try journal.accept(contentsOf: [large(kept), large(kept + 1)])
                }
                #expect(try journal.counters().events == kept)
                return kept
            }
        }
        Issue.record("expected the journal to refuse an event")
        return kept
    }

    private func expectWorkingAgain(_ journal: EventJournal, kept: Int) throws {
        #expect(try journal.accept(large(kept)) == .appended(sequence: Int64(kept + 1)))
        #expect(try journal.accept(large(0)) == .duplicate(sequence: 1))
        #expect(try journal.counters().events == kept + 1)
        #expect(try journal.integrityProblems() == [])
    }

    private func large(_ number: Int) -> Event {
        Event(
            idempotencyKey: "key-\(number)", source: .typed, machine: nil, receivedAt: FixedClock.time,
            payload: Payload(Data(repeating: UInt8(truncatingIfNeeded: number), count: 6_000)),
            content: .unparseable(reason: "large"))
    }
}
