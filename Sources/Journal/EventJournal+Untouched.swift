import Domain
import Foundation
import GRDB

/// An open incident before whose end its machine's old entries cannot go.
public struct RetentionPin: Sendable, Hashable {
    public let incident: Incident
    /// Of the machine, from the incident on, that the rules would let go.
    public let entries: Int
    /// What they take in the file, by the average of all entries.
    public let bytes: Int
}

extension EventJournal {
    /// Incidents closed in one transaction.
    private static let closedAtOnceLimit = 10_000

    /// Appends, for each incident that nobody has touched for so long, that the program closes it; the next fold does it.
    ///
    /// Untouched means: no report of the machine and no act of a person. Active and returned alarms that ask for nothing but
    /// a person's notice are closed; of those that still stand only the ones that were told in a message, whose end a machine
    /// may never tell. Registers and lines are watched by the appliance itself: silence there means that the fault stands.
    /// What a person put away, or has to reset, stays.
    ///
    /// - Parameter name: of the program; begins with `program:`.
    /// - Returns: the incidents, oldest first.
    public func closeUntouched(forDays days: Double, by name: String) throws -> [Incident] {
        let closed = try writing { database in
            let cutoff = try steadyTime(database).seconds - days * 86_400
            let untouched = try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Incident.columns) FROM incident
                    WHERE state <> 'normal' AND state IN (?, ?, ?) AND last_steady < ?
                        AND (standing = 0 OR EXISTS (
                            SELECT 1 FROM event WHERE event.sequence = incident.id AND source IN ('mqtt', 'typed')))
                        AND NOT EXISTS (
                            SELECT 1 FROM acknowledgement JOIN entry USING (sequence)
                            WHERE acknowledgement.incident = incident.id AND steady >= ?)
                        AND NOT EXISTS (
                            SELECT 1 FROM operation JOIN entry USING (sequence)
                            WHERE operation.incident = incident.id AND steady >= ?)
                    ORDER BY id LIMIT ?
                    """,
                arguments: [
                    AlarmState.activeUnacknowledged.rawValue, AlarmState.activeAcknowledged.rawValue,
                    AlarmState.returnedUnacknowledged.rawValue, cutoff, cutoff, cutoff,
                    EventJournal.closedAtOnceLimit,
                ]
            ).map(Incident.init(_:))
            guard !untouched.isEmpty else { return untouched }
            let stamp = try stamp(database)
            for incident in untouched {
                let reason =
                    incident.isStanding
                    ? "not heard of, and no act of a person, for \(days.formatted()) days; its end was never reported"
                    : "gone, and no act of a person, for \(days.formatted()) days"
                let sequence = try appendEntry(.operation, stamp, database)
                try insertOperation(
                    .close, incident: incident.id, by: name, reason: reason, at: stamp.wall, sequence, database)
            }
            return untouched
        }
        if !closed.isEmpty { announceAppend() }
        return closed
    }

    /// The open incidents that keep entries in the journal which the rules would let go, those that keep most first.
    public func retentionPins(_ retention: RetentionRules) throws -> [RetentionPin] {
        try reading { database in
            guard let horizon = try horizons(retention, database).first else { return [] }
            let total = try Int.fetchOne(database, sql: "SELECT count(*) FROM entry") ?? 0
            let bytesEach = try EventJournal.usedBytes(database) / max(total, 1)
            let machines = try String?.fetchAll(
                database, sql: "SELECT DISTINCT machine FROM event WHERE sequence <= ?", arguments: [horizon])
            return try machines.compactMap { machine -> RetentionPin? in
                let row = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT \(Incident.columns) FROM incident
                        WHERE machine IS ? AND id <= ? AND state <> 'normal' ORDER BY id LIMIT 1
                        """, arguments: [machine, horizon])
                guard let incident = try row.map(Incident.init(_:)) else { return nil }
                let entries = try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM event WHERE machine IS ? AND sequence BETWEEN ? AND ?",
                    arguments: [machine, incident.id, horizon])
                return RetentionPin(incident: incident, entries: entries ?? 0, bytes: (entries ?? 0) * bytesEach)
            }.sorted { ($0.entries, $1.incident.id) > ($1.entries, $0.incident.id) }
        }
    }
}
