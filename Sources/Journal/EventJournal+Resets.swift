import Domain
import Foundation
import GRDB

extension EventJournal {
    /// Notes, durably, that a machine is about to be reset.
    ///
    /// - Returns: the number to settle it under.
    public func beginReset(of machine: MachineID, by name: String, at time: Date) throws -> Int64 {
        try EventJournal.checkName(name)
        return try writing { database in
            try database.execute(
                sql: "INSERT INTO machine_reset (machine, by, at) VALUES (?, ?, ?)",
                arguments: [machine.rawValue, name, time.timeIntervalSince1970])
            return database.lastInsertedRowID
        }
    }

    public func settleReset(_ id: Int64, _ outcome: MachineReset.Outcome, reason: String? = nil) throws {
        try writing { database in
            try database.execute(
                sql: "UPDATE machine_reset SET outcome = ?, reason = ? WHERE id = ?",
                arguments: [outcome.rawValue, reason, id])
        }
    }

    /// How many resets ``resets(of:limit:)`` has to list.
    public func resetCount(of machine: MachineID? = nil) throws -> Int {
        try reading { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM machine_reset WHERE machine = ? OR ? IS NULL",
                arguments: [machine?.rawValue, machine?.rawValue]) ?? 0
        }
    }

    /// Newest first.
    ///
    /// - Parameter machine: nil gives those of all machines.
    public func resets(of machine: MachineID? = nil, limit: Int = 100) throws -> [MachineReset] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM machine_reset WHERE machine = ? OR ? IS NULL ORDER BY id DESC LIMIT ?",
                arguments: [machine?.rawValue, machine?.rawValue, limit]
            ).map(MachineReset.init(_:))
        }
    }
}

extension MachineReset {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row.decode(Int64.self, forColumn: "id"),
            machine: MachineID(rawValue: try row.decode(String.self, forColumn: "machine")),
            by: try row.decode(String.self, forColumn: "by"), at: try row.date("at"),
            outcome: try row.decode(String?.self, forColumn: "outcome").flatMap(Outcome.init(rawValue:)),
            reason: try row.decode(String?.self, forColumn: "reason"))
    }
}
