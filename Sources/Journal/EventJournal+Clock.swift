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
    /// The time of a transaction; call it once, before entries are appended.
    func stamp(_ database: Database) throws -> Stamp {
        let time = try steadyTime(database)
        // One row a start of the computer: the uptime tells all later times, at no write for each event.
        let stored = try String.fetchOne(database.cachedStatement(sql: "SELECT boot FROM clock"))
        if time.uptime.boot.isEmpty || stored != time.uptime.boot { try store(time, database) }
        return Stamp(steadySeconds: time.seconds, wall: time.wall)
    }

    func store(_ time: SteadyTime, _ database: Database) throws {
        try database.cachedStatement(sql: "UPDATE clock SET steady = ?, wall = ?, uptime = ?, boot = ?")
            .execute(
                arguments: [
                    time.seconds, time.wall.timeIntervalSince1970, time.uptime.seconds, time.uptime.boot,
                ])
    }

    func steadyTime(_ database: Database) throws -> SteadyTime {
        let statement = try database.cachedStatement(sql: "SELECT steady, wall, uptime, boot FROM clock")
        guard let row = try Row.fetchOne(statement) else {
            throw RowProblem(column: "clock", expected: "one row", found: "none")
        }
        let stored = SteadyTime(
            seconds: try row.decode(Double.self, forColumn: "steady"), wall: try row.date("wall"),
            uptime: Uptime(
                seconds: try row.decode(Double.self, forColumn: "uptime"),
                boot: try row.decode(String.self, forColumn: "boot")))
        let (wall, uptime) = (clock.now(), clock.uptime())
        let newest = try database.cachedStatement(sql: "SELECT steady, wall FROM entry ORDER BY sequence DESC LIMIT 1")
        guard let entry = try Row.fetchOne(newest),
            case let seconds = try entry.decode(Double.self, forColumn: "steady"), seconds > stored.seconds
        else { return stored.advanced(wall: wall, uptime: uptime) }
        // The row is of the first entry since the computer started, and of an earlier start it knows less than the last one.
        let base =
            uptime.boot == stored.uptime.boot
            ? stored : SteadyTime(seconds: seconds, wall: try entry.date("wall"), uptime: stored.uptime)
        let time = base.advanced(wall: wall, uptime: uptime)
        return SteadyTime(seconds: max(seconds, time.seconds), wall: wall, uptime: uptime)
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
