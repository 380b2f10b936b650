import Domain
import Foundation
import Journal
import Logging
import Synchronization
import Testing

@testable import Appliance

@Suite("Retention while incidents stand")
struct RetentionServiceTests {
    private final class HandClock: WallClock {
        private let days = Mutex(0.0)
        func advance(days: Double) { self.days.withLock { $0 += days } }
        func now() -> Date { Date(timeIntervalSince1970: 1_750_000_000 + days.withLock { $0 } * 86_400) }
    }

    private final class LogLines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.add("\(event.level) \(event.message) \(event.metadata ?? [:])")
        }
    }

    @Test("what holds old entries is said with the incident; with close_after_days the program closes it, and they go")
    func closeAfterDays() throws {
        let directory = try TemporaryDirectory()
        let clock = HandClock()
        let journal = try EventJournal(path: directory.url.appendingPathComponent("journal.sqlite").path, clock: clock)
        let report = FaultReport(
            code: try #require(FaultCode("F004")), message: nil, severity: nil, active: true, occurredAt: nil)
        try journal.accept(
            Event(
                idempotencyKey: nil, source: .mqtt(topic: "plant/alarm"), machine: MachineID(rawValue: "press-07"),
                receivedAt: clock.now(), payload: Payload(Data("{}".utf8)), content: .fault(report)))
        try IncidentFolding.foldPending(in: journal)
        clock.advance(days: 31)
        let lines = LogLines()
        func service(_ days: Double?) -> RetentionService {
            RetentionService(
                journal: journal, retention: RetentionRules(keepDays: 30), closeAfterDays: days,
                folder: directory.url.appendingPathComponent("exports"),
                logger: Logger(label: "test") { _ in Handler(lines: lines) })
        }
        try service(nil).cleanUp()
        #expect(lines.all.count == 1 && lines.all.contains { $0.contains("warning old entries stay") }, "\(lines.all)")
        #expect(lines.all.contains { $0.contains("1 (press-07 F004, active-unacknowledged, since 2025-06-15") })
        try service(40).cleanUp()
        #expect(try journal.incidents(.open).count == 1)
        try service(30).cleanUp()
        try IncidentFolding.foldPending(in: journal)
        #expect(try journal.incidents(.open).isEmpty)
        #expect(
            lines.all.contains { $0.contains("warning incident closed, for nobody has touched it") }, "\(lines.all)")
        clock.advance(days: 31)
        try service(30).cleanUp()
        #expect(try journal.counters().events == 0)
    }
}
