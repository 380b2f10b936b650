import Domain
import Foundation
import Testing

@testable import Journal

@Suite("Answers in the journal")
struct AnswerTests {
    private let temporary: TemporaryJournal
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open()
        try journal.accept(contentsOf: [try Sample.fault("F1"), try Sample.fault("F2"), try Sample.fault("F3")])
        try journal.foldAll()
    }

    @Test("an incident gets one answer; a second is refused and the first stays, after a restart too")
    func once() throws {
        #expect(try journal.record(Sample.answer(title: "first"), for: 1) != nil)
        #expect(try journal.record(Sample.answer(title: "second"), for: 1) == nil)
        #expect(try temporary.open().record(Sample.answer(title: "third"), for: 1) == nil)
        let issued = try #require(try journal.answer(of: 1))
        let id = try #require(issued.answer.id)
        #expect(id.hasSuffix("-4"), "the journal's own name and the entry's number")
        #expect(issued.answer == Sample.answer(title: "first").issued(id: id, incident: 1))
        #expect(issued.json == (try issued.answer.json()))
        #expect(issued.recordedAt == FixedClock.time)
        #expect(try journal.answer(of: 2) == nil)
    }

    @Test("of threads that answer the same incident at once, one wins")
    func race() throws {
        let journal = journal
        let wins = Counter()
        try onThreads(4) { _ in
            if try journal.record(Sample.answer(), for: 1) != nil { wins.add() }
        }
        #expect(wins.value == 1)
    }

    @Test("what has no answer yet is listed oldest first, closed incidents too, and survives a rebuild")
    func withoutAnswer() throws {
        try journal.accept(try Sample.fault("F1", active: false))
        try journal.acknowledge(incident: 1, by: "Lin", at: FixedClock.time)
        try journal.foldAll()
        _ = try journal.record(Sample.answer(), for: 2)
        #expect(try journal.incidentsWithoutAnswer().map(\.id) == [1, 3])
        #expect(try journal.incidentsWithoutAnswer(limit: 1).map(\.id) == [1])
        try journal.restartFold()
        try journal.foldAll()
        #expect(try journal.incidentsWithoutAnswer().map(\.id) == [1, 3])
    }

    @Test("an answer leaves the outbox once it is marked as delivered; until then its bytes stay the same")
    func outbox() throws {
        for incident in [Int64(3), 1] { _ = try journal.record(Sample.answer(), for: incident) }
        let outbox = try journal.undeliveredAnswers()
        #expect(outbox.map(\.incident) == [1, 3])
        #expect(try temporary.open().undeliveredAnswers() == outbox)
        try journal.markDelivered(incident: 1)
        try journal.markDelivered(incident: 1)
        #expect(try journal.undeliveredAnswers().map(\.incident) == [3])
        #expect(try journal.counters().undeliveredAnswers == 1)
    }

    @Test("an answer for an incident that is not there is refused")
    func noIncident() {
        #expect(throws: JournalError.noSuchIncident(77, path: temporary.path)) {
            try journal.record(Sample.answer(), for: 77)
        }
    }

    @Test("lists and counters say what the journal holds")
    func queries() throws {
        try journal.accept(contentsOf: [
            Sample.unparseable(key: "x"), Sample.unparseable(key: "x"), Sample.unparseable(key: "y"),
            try Sample.fault("F1", machine: "drive-03"), try Sample.fault("F2", active: false),
        ])
        try journal.acknowledge(incident: 2, by: "Lin", at: FixedClock.time)
        try journal.foldAll()
        _ = try journal.record(Sample.answer(.answered), for: 1)
        _ = try journal.record(Sample.answer(.extract), for: 2)
        #expect(try journal.incidents(.all).map(\.id) == [6, 3, 2, 1])
        #expect(try journal.incidents(.open).map(\.id) == [6, 3, 1])
        #expect(try journal.incidents(.open, machine: MachineID(rawValue: "press-07"), limit: 1).map(\.id) == [3])
        #expect(try journal.unparseableEvents().map(\.sequence) == [5, 4])
        #expect(
            try journal.counters()
                == JournalCounters(
                    events: 7, unparseable: 2, duplicates: 1, incidents: 4, openIncidents: 3,
                    answersByStatus: [.answered: 1, .extract: 1], undeliveredAnswers: 2))
    }
}
