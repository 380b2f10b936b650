import Domain
import Foundation
import GRDB

/// What an answer in the book was made for, and with.
public struct BookKey: Sendable, Hashable {
    public let machineModel: MachineModel?
    public let code: FaultCode
    public let language: Language
    /// Digest of what the manuals say about the cause.
    public let source: String
    /// The model, adapter, prompt and verifier version.
    public let writer: String

    public init(machineModel: MachineModel?, code: FaultCode, language: Language, source: String, writer: String) {
        self.machineModel = machineModel
        self.code = code
        self.language = language
        self.source = source
        self.writer = writer
    }
}

/// An answer in the book.
public struct BookEntry: Sendable, Hashable {
    public let id: Int64
    public let key: BookKey
    public let madeAt: Date
    /// As the model wrote it, verified.
    public let answer: Answer
    /// As a technician approved it; nil where nobody has.
    public let approved: Answer?
}

extension EventJournal {
    /// Answers that the book keeps; beyond them those go that were used longest ago.
    public static let bookLimit = 20_000

    /// The answer to give for a cause: the approved one, else the written one, else nil.
    public func bookAnswer(_ key: BookKey) throws -> Answer? {
        try reading { database in
            if let approved = try EventJournal.approvedAnswer(key.source, database) { return approved }
            let row = try Row.fetchOne(
                database, sql: "SELECT json FROM book WHERE source = ? AND writer = ?",
                arguments: [key.source, key.writer])
            return try row.map { try $0.answer("json") }
        }
    }

    /// The approved answer of a cause, whichever model is loaded.
    public func approvedAnswer(source: String) throws -> Answer? {
        try reading { try EventJournal.approvedAnswer(source, $0) }
    }

    /// Keeps an answer for the next time.
    public func putInBook(_ answer: Answer, _ key: BookKey) throws {
        let json = String(decoding: try answer.json(), as: UTF8.self)
        let now = clock.now().timeIntervalSince1970
        try writing { database in
            try database.execute(
                sql: """
                    INSERT INTO book (source, writer, machine_model, normalized_code, language, made_at, used_at, json)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (source, writer) DO UPDATE SET made_at = excluded.made_at, json = excluded.json
                    """,
                arguments: [
                    key.source, key.writer, key.machineModel?.rawValue, key.code.normalized, key.language.rawValue, now,
                    now, json,
                ])
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM book") ?? 0
            if count > EventJournal.bookLimit {
                try database.execute(
                    sql: "DELETE FROM book WHERE id IN (SELECT id FROM book ORDER BY used_at, id LIMIT ?)",
                    arguments: [count - EventJournal.bookLimit])
            }
        }
    }

    /// Notes that answers were given again, so that the book keeps them.
    public func noteBookUse(_ key: BookKey) throws {
        try writing { database in
            try database.execute(
                sql: "UPDATE book SET used_at = ? WHERE source = ? AND writer = ?",
                arguments: [clock.now().timeIntervalSince1970, key.source, key.writer])
        }
    }

    /// By code and machine model.
    ///
    /// - Parameter code: nil lists every code's.
    public func bookEntries(code: FaultCode? = nil, limit: Int = 100) throws -> [BookEntry] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM book WHERE ? IS NULL OR normalized_code = ?
                    ORDER BY normalized_code, machine_model, language, id LIMIT ?
                    """, arguments: [code?.normalized, code?.normalized, limit]
            ).map { try BookEntry($0, database) }
        }
    }

    /// How many answers ``bookEntries(code:limit:)`` has to list.
    public func bookEntryCount(code: FaultCode? = nil) throws -> Int {
        try reading { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM book WHERE ? IS NULL OR normalized_code = ?",
                arguments: [code?.normalized, code?.normalized]) ?? 0
        }
    }

    public func bookEntry(_ id: Int64) throws -> BookEntry? {
        try reading { database in
            try Row.fetchOne(database, sql: "SELECT * FROM book WHERE id = ?", arguments: [id])
                .map { try BookEntry($0, database) }
        }
    }

    /// Appends a technician's word on the answer of a cause; the latest counts.
    ///
    /// - Parameter answer: as it is to be shown from now on; nil withdraws the approval.
    /// - Returns: the approval's place in the journal.
    @discardableResult
    public func approve(_ answer: Answer?, source: String, by name: String) throws -> Int64 {
        try EventJournal.checkName(name)
        let json = try answer.map { String(decoding: try $0.json(), as: UTF8.self) }
        return try writing { database in
            let stamp = try stamp(database)
            let sequence = try appendEntry(.approval, stamp, database)
            try database.execute(
                sql: "INSERT INTO approval (sequence, source, by, at, json) VALUES (?, ?, ?, ?, ?)",
                arguments: [sequence, source, name, stamp.wall.timeIntervalSince1970, json])
            return sequence
        }
    }

    /// Not one that was approved as schema 1 had it written: steps that the manual repeats may be missing there. What a
    /// technician wrote holds.
    fileprivate static func approvedAnswer(_ source: String, _ database: Database) throws -> Answer? {
        let statement = try database.cachedStatement(
            sql: "SELECT json FROM approval WHERE source = ? ORDER BY sequence DESC LIMIT 1")
        guard let row = try Row.fetchOne(statement, arguments: [source]) else { return nil }
        guard try row.decode(String?.self, forColumn: "json") != nil else { return nil }
        let answer = try row.answer("json")
        return answer.schema > 1 || answer.approval?.edited == true ? answer : nil
    }
}

extension BookEntry {
    fileprivate init(_ row: Row, _ database: Database) throws {
        id = try row.decode(Int64.self, forColumn: "id")
        key = BookKey(
            machineModel: try row.decode(String?.self, forColumn: "machine_model").map(MachineModel.init(rawValue:)),
            code: try row.faultCode("normalized_code"), language: try row.choice("language"),
            source: try row.decode(String.self, forColumn: "source"),
            writer: try row.decode(String.self, forColumn: "writer"))
        madeAt = try row.date("made_at")
        answer = try row.answer("json")
        approved = try EventJournal.approvedAnswer(key.source, database)
    }
}

extension Row {
    /// An answer stored as JSON.
    func answer(_ column: String) throws -> Answer {
        let text = try decode(String.self, forColumn: column)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
        } catch {
            throw RowProblem(column: column, expected: "an answer of schema 1 to \(Answer.schema)", found: "\(error)")
        }
    }
}
