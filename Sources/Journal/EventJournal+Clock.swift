import Domain
import Foundation
import GRDB

/// When a transaction's entries enter the journal.
struct Stamp {
    /// Of a clock that never goes back, see `JournalEntry.steadySeconds`.
    let steadySeconds: Double
    /// For people.
    let wall: Date
}

extension EventJournal {
    /// Moves the journal's clock on; call it once a transaction, before entries are appended.
    func stamp(_ database: Database) throws -> Stamp {
        let time = try steadyTime(database)
        try database.cachedStatement(sql: "UPDATE clock SET steady = ?, wall = ?, uptime = ?, boot = ?")
            .execute(
                arguments: [
                    time.seconds, time.wall.timeIntervalSince1970, time.uptime.seconds, time.uptime.boot,
                ])
        return Stamp(steadySeconds: time.seconds, wall: time.wall)
    }

    func steadyTime(_ database: Database) throws -> SteadyTime {
        let statement = try database.cachedStatement(sql: "SELECT steady, wall, uptime, boot FROM clock")
        guard let row = try Row.fetchOne(statement) else {
            throw RowProblem(column: "clock", expected: "one row", found: "none")
        }
        let last = SteadyTime(
            seconds: try row.decode(Double.self, forColumn: "steady"), wall: try row.date("wall"),
            uptime: Uptime(
                seconds: try row.decode(Double.self, forColumn: "uptime"),
                boot: try row.decode(String.self, forColumn: "boot")))
        return last.advanced(wall: clock.now(), uptime: clock.uptime())
    }

    /// How long it is until something is due by time alone, in seconds, 0 when something is; nil when nothing will be.
    public func secondsToNextDeadline() throws -> Double? {
        try reading { database in
            let next = try Double.fetchOne(
                database,
                sql: """
                    SELECT min(due) FROM (
                        SELECT min(next_deadline) AS due FROM incident WHERE next_deadline IS NOT NULL
                        UNION ALL SELECT min(flood_ends) FROM alarm_group WHERE flood_ends IS NOT NULL)
                    """)
            return try next.map { max(0, $0 - (try steadyTime(database)).seconds) }
        }
    }

    /// Appends an entry that makes the next fold do what is due by now.
    public func appendTimer() throws {
        try writing { database in
            _ = try appendEntry(.timer, try stamp(database), database)
        }
        announceAppend()
    }
}
