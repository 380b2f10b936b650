import Domain
import Foundation
import GRDB
import Incidents
import Testing

@testable import Journal

@Suite("Whose turn it is to be answered")
struct TurnTests {
    private let temporary: TemporaryJournal
    private let clock = HandClock()
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open(clock: clock)
    }

    private func fault(_ code: String, on machine: String?, severity: String = "error") throws -> Event {
        Event(
            idempotencyKey: nil, source: .typed, machine: machine.map(MachineID.init(rawValue:)),
            receivedAt: clock.now(), payload: Payload(Data()),
            content: .fault(
                FaultReport(
                    code: try #require(FaultCode(code)), message: nil, severity: severity, active: true,
                    occurredAt: nil)))
    }

    /// Each a group of its own, so that there is no flood.
    private func faults(_ count: Int, on machine: String) throws {
        for start in stride(from: 0, to: count, by: 500) {
            var events: [Event] = []
            for number in start..<min(start + 500, count) { events.append(try fault("C\(number)", on: machine)) }
            try journal.accept(contentsOf: events)
        }
    }

    private func turns(_ limit: Int = 100) throws -> [String] {
        try journal.incidentsWithoutAnswer(limit: limit).map { "\($0.machine?.rawValue ?? "-") \($0.code)" }
    }

    /// Rules under which thirty thousand alarms are no flood.
    private static let noFlood = FoldRules(
        chatterWindowSeconds: 60, newOccurrenceAfterSeconds: 8 * 3600, groups: GroupRules(floodCount: .max))

    @Test("one fault behind 30,000 codes of another machine is the second to be answered")
    func fair() throws {
        try faults(30_000, on: "press-1")
        try journal.accept(try fault("B1", on: "press-2"))
        try journal.foldAll(limit: 4_096, rules: Self.noFlood)
        #expect(try turns(3) == ["press-1 C0", "press-2 B1", "press-1 C1"])
        #expect(try turns(40).suffix(2) == ["press-1 C37", "press-1 C38"], "further than one page of a machine")
    }

    @Test("machines take turns; each has its most urgent incident answered, then its oldest, unknown machines alike")
    func order() throws {
        for (code, machine, severity) in [
            ("A1", "press-1", "warning"), ("A2", "press-1", "error"), ("A3", "press-1", "error"),
            ("A4", "press-1", "critical"), ("B1", "press-2", "warning"), ("X1", nil, "error"),
            ("C1", "press-3", "critical"),
        ] as [(String, String?, String)] {
            try journal.accept(try fault(code, on: machine, severity: severity))
        }
        try journal.foldAll()
        #expect(
            try turns() == [
                "press-1 A4", "press-3 C1", "- X1", "press-2 B1", "press-1 A2", "press-1 A3", "press-1 A1",
            ])
        #expect(try turns(2) == ["press-1 A4", "press-3 C1"])
        let first = try #require(try journal.incidentsWithoutAnswer().first)
        _ = try journal.record(Sample.answer(), for: first.id)
        #expect(try turns(2) == ["press-3 C1", "press-1 A2"])
        try journal.restartFold()
        try journal.foldAll()
        #expect(try turns(2) == ["press-3 C1", "press-1 A2"], "a rebuild keeps the turns")
    }

    @Test("of a flood only the first alarm waits for an answer, also of those that came before it was one")
    func flood() throws {
        for number in 1...9 { try journal.accept(try fault("C\(number)", on: "press-1")) }
        try journal.foldAll()
        #expect(try turns().count == 9)
        for number in 10...40 { try journal.accept(try fault("C\(number)", on: "press-1")) }
        try journal.accept(try fault("B1", on: "press-2"))
        try journal.foldAll(limit: 7)
        #expect(try turns() == ["press-1 C1", "press-2 B1"])
        #expect(try journal.isWithoutAnswer(1) && !journal.isWithoutAnswer(2))
        clock.advance(by: 3_600)
        try journal.accept(try fault("C41", on: "press-1"))
        try journal.foldAll()
        #expect(try turns() == ["press-1 C1", "press-2 B1", "press-1 C41"], "what follows the flood is its own alarm")
    }

    @Test("finding whose turn it is reads the index, never all that waits")
    func plan() throws {
        try journal.reading { database in
            let queries: [(String, StatementArguments)] = [
                (EventJournal.waitingMachinesQuery, []), (TurnQueue.pageQuery, ["press-1", 0, 0]),
            ]
            for (query, arguments) in queries {
                let plan = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(query)", arguments: arguments)
                    .map { try $0.decode(String.self, forColumn: "detail") }
                #expect(plan.contains { $0.contains("SEARCH answer_turn USING COVERING INDEX") }, "\(plan)")
                #expect(!plan.contains { $0.contains("SCAN answer_turn") || $0.contains("TEMP B-TREE") }, "\(plan)")
            }
        }
    }

    @Test("a journal of the version before has the same incidents waiting, without the followers of its floods")
    func migration() throws {
        for number in 1...12 { try journal.accept(try fault("C\(number)", on: "press-1")) }
        try journal.accept(try fault("B1", on: "press-2", severity: "critical"))
        try journal.foldAll()
        let file = try temporary.database()
        try file.write { database in
            try database.execute(
                sql: """
                    DROP TABLE answer_turn;
                    CREATE INDEX incident_unanswered ON incident (id)
                        WHERE answered = 0 AND announced = 1 AND kind = 'fault';
                    DELETE FROM grdb_migrations WHERE identifier = '8-turns';
                    """)
        }
        try file.close()
        let opened = try temporary.open()
        #expect(try opened.incidentsWithoutAnswer().map(\.code.written) == ["B1", "C1"])
    }
}
