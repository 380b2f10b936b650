import Domain
import Foundation
import Incidents
import TestSupport
import Testing

@testable import Journal

@Suite("Export, replay and retention")
struct ExportTests {
    private static let rules = FoldRules(
        chatterWindowSeconds: 60, newOccurrenceAfterSeconds: 8 * 3600,
        alarms: [
            AlarmRule(code: FaultCode("F0"), onDelaySeconds: 30, offDelaySeconds: 30),
            AlarmRule(code: FaultCode("F1"), suppressedWhile: FaultCode("F2")),
        ])

    private let temporary: TemporaryJournal
    private let clock = HandClock()
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open(clock: clock)
        try journal.setRules(Self.rules.json(), by: "Lin")
    }

    /// Random faults of three machines, what people do about them, answers, timers and changes of the rules; mostly closed
    /// in the end.
    private func live(_ steps: Int, _ random: inout SeededGenerator) throws {
        for step in 0..<steps {
            clock.advance(by: [0, 1, 31, 90, 9_000].randomElement(using: &random) ?? 1)
            let known = try journal.incidents(.all, limit: 6).randomElement(using: &random)
            switch (Int.random(in: 0..<10, using: &random), known) {
            case (0...2, let known?): try journal.acknowledge(incident: known.id, by: "Lin", at: clock.now())
            case (3, let known?):
                let action = AlarmOperation.Action.allCases.randomElement(using: &random) ?? .reset
                try journal.operate(
                    action, incident: known.id, seconds: action == .shelve ? 40 : nil, by: "Lin",
                    reason: "測試", at: clock.now())
            case (4, let known?): _ = try journal.record(Sample.answer(), for: known.id)
            case (5, _) where step.isMultiple(of: 3):
                try journal.setRules([Self.rules, .standard].randomElement(using: &random)?.json() ?? "", by: "Lin")
            case (5, _): try journal.appendTimer()
            case (6, _): try journal.accept(Sample.unparseable())
            default:
                try journal.accept(
                    try Sample.fault(
                        "F\(Int.random(in: 0..<3, using: &random))", active: Bool.random(using: &random),
                        machine: ["press-07", "press-08", nil].randomElement(using: &random) ?? nil,
                        at: Double(step)))
            }
            if step.isMultiple(of: 4) { try journal.foldAll(limit: 20) }
        }
        try journal.foldAll()
    }

    private func exported(_ journal: EventJournal) throws -> Data {
        var text = Data()
        try journal.export { text += $0 }
        return text
    }

    private func write(_ bytes: Data, as name: String = "journal.jsonl") throws -> String {
        let file = temporary.folder.appendingPathComponent(name)
        try bytes.write(to: file)
        return file.path
    }

    @Test(
        "a journal made of an export folds to the same, and its own export is the same, byte for byte", arguments: 1...4
    )
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        try live(120, &random)
        let text = try exported(journal)
        let path = temporary.folder.appendingPathComponent("again.sqlite").path
        let again = try EventJournal.restore(export: try write(text), to: path, clock: clock)
        try again.foldAll(limit: 7)
        #expect(try exported(again) == text, "seed \(seed)")
        #expect(try again.integrityProblems() == [])
        #expect(try again.undeliveredAnswers().isEmpty, "a replay publishes nothing")
    }

    @Test(
        "a reader of an export that rests for long keeps no log from being taken over, and gets the journal of its start"
    )
    func restingReader() throws {
        try journal.accept(contentsOf: try (0..<300).map { try Sample.fault("F\($0)") })
        try journal.foldAll()
        let expected = try exported(journal)
        var text = Data()
        var logBytes = 0
        try journal.export { piece in
            text += piece
            guard text.count == piece.count else { return }
            // The first piece lies in the pipe; meanwhile 40 MiB come in.
            for round in 0..<160 {
                try journal.accept(
                    contentsOf: try (0..<4).map { try Sample.fault("G\($0)", at: Double(round), payloadBytes: 65_000) })
                try journal.foldAll()
                var status = stat()
                guard stat(temporary.path + "-wal", &status) == 0 else { continue }
                logBytes = max(logBytes, Int(status.st_size))
            }
        }
        #expect(text == expected)
        #expect(logBytes <= EventJournal.logBytesLimit + (2 << 20), "\(logBytes) bytes")
    }

    @Test("an export out of which retention took entries ends with an error and not short")
    func takenOutMeanwhile() throws {
        try journal.accept(contentsOf: try (0..<150).map { try Sample.fault("F\($0)") })
        try journal.accept(contentsOf: try (0..<150).map { try Sample.fault("F\($0)", active: false) })
        try journal.foldAll()
        for incident in try journal.incidents(.open, limit: 200) {
            try journal.acknowledge(incident: incident.id, by: "Lin", at: clock.now())
        }
        clock.advance(by: 100)
        try journal.appendTimer()
        try journal.foldAll()
        clock.advance(by: 10 * 86_400)
        let folder = temporary.folder.appendingPathComponent("exports")
        var pieces = 0
        let error = #expect(throws: JournalError.self) {
            try journal.export { _ in
                pieces += 1
                if pieces == 2 { _ = try journal.expire(RetentionRules(keepDays: 1), exportTo: folder) }
            }
        }
        guard case .cannotExport(temporary.path, let detail) = error else {
            Issue.record("expected \"cannot export\", got \(String(describing: error))")
            return
        }
        #expect(detail.contains("taken out meanwhile"))
    }

    @Test("what is not folded yet is left for the next export")
    func unfolded() throws {
        try journal.accept(try Sample.fault("F2"))
        try journal.foldAll()
        let text = try exported(journal)
        try journal.accept(try Sample.fault("F2", active: false))
        #expect(try exported(journal) == text)
    }

    @Test(
        "a damaged export is refused with its line",
        arguments: [
            (1, "{}", "header"), (2, "{\"kind\":\"event\"}", "sequence and fields"), (2, "[1]", "an object"),
            (3, "{\"kind\":\"event\",\"sequence\":1,\"steady\":1,\"wall\":1,\"fields\":{}}", "a sequence above 1"),
            (3, "{\"kind\":\"event\",\"sequence\":2,\"steady\":1,\"wall\":1,\"fields\":{}}", "the fields"),
            (3, "{\"kind\":\"visit\",\"sequence\":2,\"fields\":{}}", "a kind of entry"),
        ] as [(Int, String, String)])
    func damaged(line: Int, text: String, expectation: String) throws {
        try journal.accept(contentsOf: [try Sample.fault("F2"), Sample.unparseable()])
        try journal.foldAll()
        var lines = try exported(journal).split(separator: UInt8(ascii: "\n")).map { Data($0) }
        lines[line - 1] = Data(text.utf8)
        let file = try write(Data(lines.joined(separator: Data("\n".utf8))) + Data("\n".utf8))
        let error = #expect(throws: JournalError.self) {
            try EventJournal.restore(
                export: file, to: temporary.folder.appendingPathComponent("again.sqlite").path)
        }
        guard case .badExport(file, line, let expected) = error else {
            Issue.record("expected a bad line \(line), got \(String(describing: error))")
            return
        }
        #expect(expected.contains(expectation), "\(expected)")
    }

    @Test("an export that is cut off within a line is refused")
    func cutOff() throws {
        try journal.accept(contentsOf: [try Sample.fault("F2"), Sample.unparseable()])
        try journal.foldAll()
        let entries = try exported(journal).split(separator: UInt8(ascii: "\n")).prefix(3)
        let text = Data(entries.joined(separator: Data("\n".utf8)))
        for (index, length) in stride(from: 0, through: text.count, by: 37).enumerated() {
            guard text.prefix(length).last != UInt8(ascii: "\n") else { continue }
            let file = try write(text.prefix(length))
            let path = temporary.folder.appendingPathComponent("again-\(index).sqlite").path
            #expect(throws: JournalError.self) { try EventJournal.restore(export: file, to: path) }
        }
    }

    @Test("what is old and over goes, is in the export first, and what is left folds to the same", arguments: 1...3)
    func retention(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        try live(160, &random)
        let before = try journal.incidents(.all, limit: 1_000)
        let events = try journal.counters().events
        let folder = temporary.folder.appendingPathComponent("exports")
        let report = try journal.expire(RetentionRules(keepDays: 1), exportTo: folder)
        let after = try journal.incidents(.all, limit: 1_000)
        #expect(after.filter(\.state.isOpen) == before.filter(\.state.isOpen), "seed \(seed)")
        #expect(Set(after).isSubset(of: before), "seed \(seed)")
        #expect(try journal.integrityProblems() == [], "seed \(seed)")
        let groups = try journal.alarmGroups(limit: 1_000)
        try journal.restartFold()
        try journal.foldAll(limit: 9)
        #expect(try journal.incidents(.all, limit: 1_000) == after, "seed \(seed)")
        #expect(try journal.alarmGroups(limit: 1_000) == groups, "seed \(seed)")
        guard let report else { return }
        let lines = try Data(contentsOf: report.file).split(separator: UInt8(ascii: "\n"))
        #expect(lines.count { $0.starts(with: Data("{\"fields\"".utf8)) } >= report.entries, "seed \(seed)")
        let archived = try EventJournal.restore(
            export: report.file.path, to: temporary.folder.appendingPathComponent("old.sqlite").path, clock: clock)
        #expect(try archived.counters().events + journal.counters().events == events, "seed \(seed)")
        try archived.foldAll()
        let gone = before.filter { !after.contains($0) }
        #expect(try archived.incidents(.all, limit: 1_000) == gone, "seed \(seed)")
    }

    @Test("over its size the journal gives up its oldest entries, and an open incident keeps its own")
    func size() throws {
        try journal.accept(try Sample.fault("F2", machine: "press-08"))
        let codes = (0..<100).map { "F\($0 + 100)" }
        try journal.accept(contentsOf: try codes.map { try Sample.fault($0, payloadBytes: 4_000) })
        try journal.accept(contentsOf: try codes.map { try Sample.fault($0, active: false) })
        try journal.foldAll()
        for open in try journal.incidents(.open, machine: MachineID(rawValue: "press-07")) {
            try journal.acknowledge(incident: open.id, by: "Lin", at: clock.now())
        }
        try journal.foldAll()
        let folder = temporary.folder.appendingPathComponent("exports")
        let report = try #require(
            try journal.expire(RetentionRules(maxBytes: 400_000), exportTo: folder))
        #expect(report.entries >= 100)
        #expect(try journal.incident(1)?.state == .activeUnacknowledged)
        #expect(try journal.event(1) != nil)
        #expect(try journal.incident(2) == nil)
        #expect(try journal.incidents(.open).map(\.id) == [1])
        #expect(try journal.expire(RetentionRules(maxBytes: 100 << 20), exportTo: folder) == nil)
    }

    @Test("nothing is deleted when the export cannot be written")
    func noExport() throws {
        try journal.accept(contentsOf: [try Sample.fault("F9"), try Sample.fault("F9", active: false)])
        try journal.foldAll()
        try journal.acknowledge(incident: 1, by: "Lin", at: clock.now())
        try journal.foldAll()
        clock.advance(by: 10 * 86_400)
        let blocked = try write(Data(), as: "exports")
        #expect(throws: JournalError.self) {
            try journal.expire(RetentionRules(keepDays: 1), exportTo: URL(fileURLWithPath: blocked))
        }
        #expect(try journal.counters().events == 2)
        #expect(try journal.incident(1)?.state == .normal)
    }

    @Test("under the reserve events are refused and say why; people's entries and answers still go in")
    func reserve() throws {
        try journal.accept(try Sample.fault(key: "known"))
        try journal.foldAll()
        let poor = try EventJournal(path: temporary.path, clock: clock, reserveBytes: .max)
        let error = #expect(throws: JournalError.self) { try poor.accept(try Sample.fault("F2")) }
        guard case .reserveReached(temporary.path, _, .max) = error else {
            Issue.record("expected the reserve, got \(String(describing: error))")
            return
        }
        #expect(try poor.accept(try Sample.fault(key: "known")) == .duplicate(sequence: 1))
        try poor.acknowledge(incident: 1, by: "Lin", at: clock.now())
        #expect(try poor.record(Sample.answer(), for: 1) != nil)
        #expect(try poor.counters().events == 1)
    }
}
