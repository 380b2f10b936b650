import Domain
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite("The answer book")
struct BookTests {
    private let temporary: TemporaryJournal
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open()
    }

    private func key(source: String = "passages", writer: String = "model", _ code: String = "F1") throws -> BookKey {
        BookKey(
            machineModel: MachineModel(rawValue: "sp-200"), code: try #require(FaultCode(code)), language: .english,
            source: source, writer: writer)
    }

    @Test("an answer is found again by its passages and its model, and by nothing else")
    func found() throws {
        try journal.putInBook(Sample.answer(title: "first"), try key())
        #expect(try journal.bookAnswer(try key())?.title == "first")
        #expect(try journal.bookAnswer(try key(source: "others")) == nil)
        #expect(try journal.bookAnswer(try key(writer: "another")) == nil)
        try journal.putInBook(Sample.answer(title: "second"), try key())
        #expect(try temporary.open().bookAnswer(try key())?.title == "second")
        #expect(try journal.bookEntries().count == 1)
    }

    @Test("an approved text goes before the model's, whichever model it is, until it is withdrawn")
    func approved() throws {
        try journal.putInBook(Sample.answer(), try key())
        let written = try #require(try journal.bookEntries().first)
        #expect(written.approved == nil)
        let edited = try #require(
            written.answer.approved(by: "Lin", at: FixedClock.time, actions: ["檢查馬達電纜", " Call the electrician. ", ""]))
        #expect(edited.steps.map(\.action) == ["檢查馬達電纜", "Call the electrician."])
        #expect(edited.steps.map(\.cite) == [["p1"], []])
        try journal.approve(edited, source: "passages", by: "Lin")
        for writer in ["model", "another"] {
            #expect(try journal.bookAnswer(try key(writer: writer)) == edited)
        }
        #expect(
            try journal.bookEntry(written.id)?.approved?.approval
                == Approval(by: "Lin", at: FixedClock.time, edited: true))
        #expect(try journal.bookAnswer(try key(source: "new revision")) == nil)
        try journal.approve(nil, source: "passages", by: "Chen")
        #expect(try journal.bookAnswer(try key())?.approval == nil)
    }

    @Test("an approval without steps, with too many or with an endless one is refused")
    func badApprovals() {
        let answer = Sample.answer()
        for actions in [[], [" "], Array(repeating: "x", count: 51), [String(repeating: "x", count: 1_001)]] {
            #expect(answer.approved(by: "Lin", at: FixedClock.time, actions: actions) == nil)
        }
        #expect(answer.approved(by: "Lin", at: FixedClock.time)?.approval?.edited == false)
    }

    @Test("an approval cannot be changed or deleted by any program")
    func appendOnly() throws {
        try journal.approve(Sample.answer(), source: "passages", by: "Lin")
        for sql in ["DELETE FROM approval", "UPDATE approval SET by = 'nobody'"] {
            #expect(throws: DatabaseError.self) { try temporary.database().write { try $0.execute(sql: sql) } }
        }
    }

    @Test("of answers that are not used for longest the book gives up the first")
    func limit() throws {
        try journal.writing { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
                    INSERT INTO book (source, writer, normalized_code, language, made_at, used_at, json)
                        SELECT 'source ' || n, 'model', 'F1', 'en', n, n, '{}' FROM number
                    """, arguments: [EventJournal.bookLimit])
        }
        try journal.putInBook(Sample.answer(), try key())
        let left = try journal.reading { database in
            try String.fetchAll(database, sql: "SELECT source FROM book ORDER BY used_at LIMIT 1")
        }
        #expect(left == ["source 2"])
        #expect(try journal.bookAnswer(try key()) != nil)
    }
}
