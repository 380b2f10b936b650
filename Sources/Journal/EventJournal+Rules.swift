import Domain
import Foundation
import GRDB

/// What came of giving a journal rules.
public enum RulesChange: Sendable, Hashable {
    /// It has them already.
    case none
    /// It had none yet: everything in it is folded by these.
    case began
    /// Entries from `sequence` on are folded by these.
    case changed(sequence: Int64)
}

extension EventJournal {
    /// JSON of the rules that the next entry is folded by; nil while nobody has given the journal any.
    public func rules() throws -> String? {
        try reading { try EventJournal.rules(at: .max, $0) }
    }

    /// Whether no entry has been folded yet.
    public func isUnfolded() throws -> Bool {
        try reading { try Int64.fetchOne($0, sql: "SELECT sequence FROM fold_cursor") ?? 0 == 0 }
    }

    /// Has what enters from now on folded by these rules. A change is an entry: what entered before it stays as it was
    /// folded.
    ///
    /// - Parameters:
    ///   - json: in one form for the same rules.
    ///   - name: who gives them; a program's name begins with `program:`.
    @discardableResult
    public func setRules(_ json: String, by name: String) throws -> RulesChange {
        try EventJournal.checkName(name)
        let change = try writing { database in
            guard let current = try EventJournal.rules(at: .max, database) else {
                try EventJournal.begin(rules: json, by: name, at: clock.now(), database)
                return RulesChange.began
            }
            guard current != json else { return .none }
            let stamp = try stamp(database)
            let sequence = try appendEntry(.rules, stamp, database)
            try database.execute(
                sql: "INSERT INTO rules (sequence, json, by, at) VALUES (?, ?, ?, ?)",
                arguments: [sequence, json, name, stamp.wall.timeIntervalSince1970])
            return .changed(sequence: sequence)
        }
        if case .changed = change { announceAppend() }
        return change
    }

    static func begin(rules json: String, by name: String, at time: Date, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO initial_rules (json, by, at) VALUES (?, ?, ?)",
            arguments: [json, name, time.timeIntervalSince1970])
    }

    /// Of the entry at this place; nil while nobody has given the journal any.
    static func rules(at sequence: Int64, _ database: Database) throws -> String? {
        let changed = try database.cachedStatement(
            sql: "SELECT json FROM rules WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1")
        return try String.fetchOne(changed, arguments: [sequence]) ?? initialRules(database)
    }

    static func initialRules(_ database: Database) throws -> String? {
        try String.fetchOne(database.cachedStatement(sql: "SELECT json FROM initial_rules"))
    }
}
