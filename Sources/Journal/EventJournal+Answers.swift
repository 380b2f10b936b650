import Domain
import Foundation
import GRDB

/// An answer as it was issued for an incident.
public struct IssuedAnswer: Sendable, Hashable {
    public let incident: Incident.ID
    public let recordedAt: Date
    public let answer: Answer
    /// The bytes to publish, equal at every attempt.
    public let json: Data
}

extension EventJournal {
    /// Issues the one answer that an incident gets, and puts it into the outbox.
    ///
    /// - Returns: the answer with its id, as it goes out; nil when the incident has its answer already, and then nothing
    ///   is changed.
    /// - Throws: ``JournalError/noSuchIncident(_:path:)``.
    public func record(_ answer: Answer, for incident: Incident.ID) throws -> IssuedAnswer? {
        try writing { database in
            guard try EventJournal.incident(incident, database) != nil else {
                throw JournalError.noSuchIncident(incident, path: path)
            }
            let known = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM answer WHERE incident = ?)", arguments: [incident])
            if known == true { return nil }
            let stamp = try stamp(database)
            let sequence = try appendEntry(.answer, stamp, database)
            let issued = answer.issued(id: "\(try EventJournal.identity(database))-\(sequence)", incident: incident)
            let json = try issued.json()
            try database.execute(
                sql: "INSERT INTO answer (sequence, incident, recorded_at, status, json) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    sequence, incident, stamp.wall.timeIntervalSince1970, answer.status.rawValue,
                    String(decoding: json, as: UTF8.self),
                ])
            try database.execute(sql: "INSERT INTO delivery (incident) VALUES (?)", arguments: [incident])
            try database.execute(sql: "UPDATE incident SET answered = 1 WHERE id = ?", arguments: [incident])
            try database.execute(sql: "DELETE FROM answer_turn WHERE incident = ?", arguments: [incident])
            return IssuedAnswer(incident: incident, recordedAt: stamp.wall, answer: issued, json: json)
        }
    }

    /// Random, made with the file: tells the answers of several appliances at one broker apart.
    static func identity(_ database: Database) throws -> String {
        try String.fetchOne(database, sql: "SELECT id FROM identity") ?? ""
    }

    /// The outbox: answers that were issued and not yet marked as delivered, oldest incident first.
    public func undeliveredAnswers(limit: Int = 100) throws -> [IssuedAnswer] {
        try answers(
            "FROM delivery JOIN answer USING (incident) WHERE delivered_at IS NULL ORDER BY delivery.incident LIMIT ?",
            [limit])
    }

    /// Takes an answer out of the outbox; call it once the receiver has confirmed it. A crash before the call publishes
    /// the same bytes again.
    public func markDelivered(incident: Incident.ID) throws {
        try writing { database in
            try database.execute(
                sql: "UPDATE delivery SET delivered_at = ? WHERE incident = ? AND delivered_at IS NULL",
                arguments: [clock.now().timeIntervalSince1970, incident])
        }
    }

    public func answer(of incident: Incident.ID) throws -> IssuedAnswer? {
        try answers("FROM answer WHERE incident = ?", [incident]).first
    }

    /// Issued answers by incident, from the one after `incident` on.
    public func answers(after incident: Incident.ID, limit: Int = 100) throws -> [IssuedAnswer] {
        try answers("FROM answer WHERE incident > ? ORDER BY incident LIMIT ?", [incident, limit])
    }

    private func answers(_ clause: String, _ arguments: StatementArguments) throws -> [IssuedAnswer] {
        try reading { database in
            try Row.fetchAll(
                database, sql: "SELECT answer.incident AS incident, recorded_at, json \(clause)", arguments: arguments
            ).map(IssuedAnswer.init(_:))
        }
    }
}

extension IssuedAnswer {
    fileprivate init(_ row: Row) throws {
        incident = try row.decode(Int64.self, forColumn: "incident")
        recordedAt = try row.date("recorded_at")
        json = Data(try row.decode(String.self, forColumn: "json").utf8)
        answer = try row.answer("json")
    }
}
