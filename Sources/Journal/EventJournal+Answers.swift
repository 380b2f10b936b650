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
    /// - Returns: false when the incident has its answer already; nothing is changed then.
    /// - Throws: ``JournalError/noSuchIncident(_:path:)``.
    public func record(_ answer: Answer, for incident: Incident.ID) throws -> Bool {
        let json = String(decoding: try answer.json(), as: UTF8.self)
        return try writing { database in
            guard try EventJournal.incident(incident, database) != nil else {
                throw JournalError.noSuchIncident(incident, path: path)
            }
            let known = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM answer WHERE incident = ?)", arguments: [incident])
            if known == true { return false }
            let sequence = try appendEntry(.answer, database)
            try database.execute(
                sql: "INSERT INTO answer (sequence, incident, recorded_at, status, json) VALUES (?, ?, ?, ?, ?)",
                arguments: [sequence, incident, clock.now().timeIntervalSince1970, answer.status.rawValue, json])
            try database.execute(sql: "INSERT INTO delivery (incident) VALUES (?)", arguments: [incident])
            try database.execute(sql: "UPDATE incident SET answered = 1 WHERE id = ?", arguments: [incident])
            return true
        }
    }

    /// Incidents that still have to get their answer, closed ones too, oldest first.
    public func incidentsWithoutAnswer(limit: Int = 100) throws -> [Incident] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(Incident.columns) FROM incident WHERE answered = 0 ORDER BY id LIMIT ?",
                arguments: [limit]
            ).map(Incident.init(_:))
        }
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
        let text = try row.decode(String.self, forColumn: "json")
        json = Data(text.utf8)
        do {
            answer = try JSONDecoder().decode(Answer.self, from: json)
        } catch {
            throw RowProblem(column: "json", expected: "an answer of schema \(Answer.schema)", found: "\(error)")
        }
    }
}
