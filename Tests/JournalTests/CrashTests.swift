import Domain
import Foundation
import GRDB
import Incidents
import TestSupport
import Testing

@testable import Journal

@Suite("Killed at any moment")
struct CrashTests {
    /// Numbers that the tool prints in one go before the kill, at most; the kill falls anywhere behind.
    private static let linesBeforeKillLimit = 12

    @Test("after 20 kills every acknowledged event is there once, every incident has at most one answer")
    func kills() throws {
        let temporary = try TemporaryJournal()
        let seed = testSeed("crashes")
        var random = SeededGenerator(seed: seed)
        var acknowledged = 0
        for _ in 0..<20 {
            let lines = Int.random(in: 0...CrashTests.linesBeforeKillLimit, using: &random)
            acknowledged =
                try CrashTool(path: temporary.path, first: acknowledged + 1, last: 1_000_000)
                .killed(afterLines: lines) ?? acknowledged
            guard acknowledged > 0 else { continue }
            let journal = try temporary.open()
            let events = try journal.counters().events
            // One more may be durable whose number was not printed yet.
            #expect((acknowledged...(acknowledged + 1)).contains(events), "seed \(seed)")
            #expect(try journal.integrityProblems() == [], "seed \(seed)")
        }
        let last = acknowledged + 10
        #expect(try CrashTool(path: temporary.path, first: acknowledged + 1, last: last).finished().last == last)
        try expectExactlyOnce(try temporary.open(), last: last, seed: seed)
    }

    @Test("killed at any moment of making the first journal, the next start makes it")
    func firstKills() throws {
        let seed = testSeed("first kills")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let temporary = try TemporaryJournal()
            // Of the file that becomes the journal, at the moment of the kill; the whole one has some 150,000 bytes.
            let byteCount = Int.random(in: 0...160_000, using: &random)
            try CrashTool(path: temporary.path, first: 1, last: 1_000_000).killed {
                var status = stat()
                return stat(temporary.path, &status) == 0
                    || stat(temporary.path + "-new", &status) == 0 && Int(status.st_size) >= byteCount
            }
            let events = try temporary.open().counters().events
            #expect(
                try CrashTool(path: temporary.path, first: events + 1, last: events + 2).finished().last == events + 2)
            #expect(try temporary.open().integrityProblems() == [], "seed \(seed)")
        }
    }

    @Test(
        "after 20 kills amid approvals and clean-ups every event is in the journal or in a whole export, approvals are whole"
    )
    func retentionKills() throws {
        let temporary = try TemporaryJournal()
        let exports = temporary.folder.appendingPathComponent("exports", isDirectory: true)
        try FileManager.default.createDirectory(at: exports, withIntermediateDirectories: true)
        let seed = testSeed("retention kills")
        var random = SeededGenerator(seed: seed)
        var acknowledged = 0
        for _ in 0..<20 {
            let lines = Int.random(in: 0...CrashTests.linesBeforeKillLimit, using: &random)
            acknowledged =
                try CrashTool(path: temporary.path, first: acknowledged + 1, last: 1_000_000, exports: exports)
                .killed(afterLines: lines) ?? acknowledged
            guard acknowledged > 0 else { continue }
            let journal = try temporary.open()
            let kept = try keys(in: journal).union(try exportedKeys(in: exports))
            #expect(kept.isSuperset(of: (1...acknowledged).map { "key-\($0)" }), "seed \(seed)")
            #expect(kept.count <= acknowledged + 1, "seed \(seed)")
            let approved = try journal.approvedAnswer(source: "cause")?.title.flatMap { Int($0) } ?? 0
            #expect((acknowledged / 4 * 4...acknowledged + 1).contains(approved), "seed \(seed)")
            #expect(try journal.integrityProblems() == [], "seed \(seed)")
        }
        let last = acknowledged + 40
        #expect(
            try CrashTool(path: temporary.path, first: acknowledged + 1, last: last, exports: exports).finished().last
                == last)
        #expect(try !exportedKeys(in: exports).isEmpty, "something was over")
        let names = try FileManager.default.contentsOfDirectory(atPath: exports.path)
        #expect(!names.contains { $0.hasSuffix(".part") }, "\(names)")
    }

    private func keys(in journal: EventJournal) throws -> Set<String> {
        try journal.reading { try String.fetchSet($0, sql: "SELECT idempotency_key FROM event") }
    }

    /// Of files that bear an export's name; each must be whole.
    private func exportedKeys(in folder: URL) throws -> Set<String> {
        struct Line: Decodable {
            struct Fields: Decodable { let idempotency_key: String? }
            let kind: String?
            let fields: Fields?
        }
        var keys: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".jsonl") {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(text.hasSuffix("\n"), "\(name) is torn")
            for line in text.split(separator: "\n") {
                let read = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
                if read.kind == "event", let key = read.fields?.idempotency_key { keys.insert(key) }
            }
        }
        return keys
    }

    @Test("a disk that fails to write is a typed error; what was acknowledged stays, and work goes on once it recovers")
    func writeErrors() throws {
        let temporary = try TemporaryJournal()
        let failed = try CrashTool(path: temporary.path, first: 1, last: 100_000, fileSizeLimitKiB: 400).finished()
        let kept = try #require(failed.last)
        #expect(failed.complaint.contains("\(temporary.path): the disk reports an error"), "\(failed.complaint)")
        let events = try temporary.open().counters().events
        #expect((kept...(kept + 1)).contains(events))
        let last = kept + 10
        #expect(try CrashTool(path: temporary.path, first: kept + 1, last: last).finished().last == last)
        try expectExactlyOnce(try temporary.open(), last: last, seed: 0)
    }

    private func expectExactlyOnce(_ journal: EventJournal, last: Int, seed: UInt64) throws {
        let keys = try journal.reading { database in
            try String.fetchAll(database, sql: "SELECT idempotency_key FROM event ORDER BY sequence")
        }
        #expect(keys == (1...last).map { "key-\($0)" }, "seed \(seed)")
        try journal.foldAll()
        let stored = try journal.incidents(.all, limit: 10_000)
        #expect(!stored.isEmpty, "seed \(seed)")
        try journal.restartFold()
        try journal.foldAll(limit: 3)
        #expect(try journal.incidents(.all, limit: 10_000) == stored, "seed \(seed)")
        let answers = try journal.counters().answersByStatus.values.reduce(0, +)
        #expect(answers + (try journal.incidentsWithoutAnswer(limit: 10_000).count) == stored.count, "seed \(seed)")
        #expect(try journal.integrityProblems() == [], "seed \(seed)")
    }
}
