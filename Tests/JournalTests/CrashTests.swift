import Domain
import Foundation
import GRDB
import Incidents
import Testing

@testable import Journal

@Suite("Killed at any moment")
struct CrashTests {
    /// Numbers that the tool prints in one go before the kill, at most; the kill falls anywhere behind.
    private static let linesBeforeKillLimit = 12

    @Test("after 20 kills every acknowledged event is there once, every incident has at most one answer")
    func kills() throws {
        let temporary = try TemporaryJournal()
        let seed = UInt64.random(in: 0..<UInt64.max)
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
        #expect(try CrashTool(path: temporary.path, first: acknowledged + 1, last: last).finished() == last)
        try expectExactlyOnce(try temporary.open(), last: last, seed: seed)
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

/// A run of the tool that appends numbered events.
private struct CrashTool {
    private let process = Process()
    private let output = Pipe()

    /// The tool lies beside the test bundle.
    private static func executable() throws -> URL {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        return folder.appendingPathComponent("journal-crash-tool")
    }

    init(path: String, first: Int, last: Int) throws {
        process.executableURL = try CrashTool.executable()
        process.arguments = [path, "\(first)", "\(last)"]
        process.standardOutput = output
        try process.run()
    }

    /// - Returns: the last number that came out; nil when none did.
    func killed(afterLines lines: Int) throws -> Int? {
        var bytes = Data()
        while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < lines {
            guard let more = try output.fileHandleForReading.read(upToCount: 64), !more.isEmpty else { break }
            bytes.append(more)
        }
        kill(process.processIdentifier, SIGKILL)
        return try lastNumber(after: bytes)
    }

    func finished() throws -> Int? { try lastNumber(after: Data()) }

    private func lastNumber(after bytes: Data) throws -> Int? {
        let rest = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let lines = String(decoding: bytes + rest, as: UTF8.self).split(separator: "\n")
        return try lines.last.map { try #require(Int($0)) }
    }
}
