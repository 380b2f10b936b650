import Domain
import GRDB
import Synchronization

/// Events that wait for the next transaction, and what is counted beside them.
struct Intake {
    var waiting: [AppendTicket] = []
    /// Redeliveries not yet added to the stored tally.
    var unstoredDuplicates = 0

    mutating func takeBatch(limit: Int) -> [AppendTicket] {
        let batch = Array(waiting.prefix(limit))
        waiting.removeFirst(batch.count)
        return batch
    }
}

/// One event on its way into the journal.
final class AppendTicket: Sendable {
    let event: Event
    /// Nil until the transaction that carried the event has ended.
    let outcome = Mutex<Result<Acceptance, any Error>?>(nil)

    init(_ event: Event) { self.event = event }
}

extension EventJournal: EventSink {
    /// Bounds one group commit.
    static let appendBatchLimit = 256

    /// Appends an event, or finds the one that stands there under the same idempotency key.
    ///
    /// Threads that call at the same time meet in one transaction and share its disk write: whoever gets the writer
    /// takes along everything that waits. A thread whose event was taken finds its outcome there, because the writer
    /// runs one block at a time and outcomes are set inside the block.
    @discardableResult
    public func accept(_ event: Event) throws -> Acceptance {
        let ticket = AppendTicket(event)
        intake.withLock { $0.waiting.append(ticket) }
        while true {
            if let outcome = ticket.outcome.withLock({ $0 }) { return try outcome.get() }
            pool.writeWithoutTransaction { database in
                // A thread whose event is settled must not lead: it would commit the first newcomer alone.
                guard ticket.outcome.withLock({ $0 == nil }) else { return }
                commitWaiting(database)
            }
        }
    }

    /// Appends events in one transaction: all of them or, when it throws, none.
    @discardableResult
    public func accept(contentsOf events: [Event]) throws -> [Acceptance] {
        try pool.writeWithoutTransaction { try commit(events, $0) }
    }

    private func commitWaiting(_ database: Database) {
        let batch = intake.withLock { $0.takeBatch(limit: EventJournal.appendBatchLimit) }
        guard !batch.isEmpty else { return }
        let results: [Result<Acceptance, any Error>]
        do {
            results = try commit(batch.map(\.event), database).map { .success($0) }
        } catch {
            results = batch.map { _ in .failure(error) }
        }
        for (ticket, result) in zip(batch, results) { ticket.outcome.withLock { $0 = result } }
    }

    /// Runs in the writer, one call at a time: the count of unstored duplicates is right only so.
    private func commit(_ events: [Event], _ database: Database) throws -> [Acceptance] {
        var acceptances: [Acceptance] = []
        try typed {
            try database.inTransaction(.immediate) {
                acceptances = try append(events, database)
                return .commit
            }
        }
        let appended = acceptances.contains(where: \.isAppended)
        intake.withLock { intake in
            if appended { intake.unstoredDuplicates = 0 }
            intake.unstoredDuplicates += acceptances.count { !$0.isAppended }
        }
        if appended { announceAppend() }
        return acceptances
    }

    private func append(_ events: [Event], _ database: Database) throws -> [Acceptance] {
        var stamp: Stamp?
        let acceptances = try events.map { try append($0, &stamp, database) }
        let duplicates = intake.withLock { $0.unstoredDuplicates }
        // Stored along with the next event: a redelivery alone is answered without a disk write.
        if duplicates > 0, acceptances.contains(where: \.isAppended) {
            try database.cachedStatement(sql: "UPDATE tally SET value = value + ? WHERE name = 'duplicates'")
                .execute(arguments: [duplicates])
        }
        return acceptances
    }

    private func append(_ event: Event, _ stamp: inout Stamp?, _ database: Database) throws -> Acceptance {
        if let key = event.idempotencyKey {
            let known = try database.cachedStatement(sql: "SELECT sequence FROM event WHERE idempotency_key = ?")
            if let sequence = try Int64.fetchOne(known, arguments: [key]) { return .duplicate(sequence: sequence) }
        }
        // Made by the first event that is new: a redelivery alone writes nothing.
        let moment: Stamp
        if let stamp {
            moment = stamp
        } else {
            try requireReserve()
            moment = try self.stamp(database)
        }
        stamp = moment
        let sequence = try appendEntry(.event, moment, database)
        try event.insert(at: sequence, database)
        return .appended(sequence: sequence)
    }

    /// Takes the next place in the journal.
    func appendEntry(_ kind: EntryKind, _ stamp: Stamp, _ database: Database) throws -> Int64 {
        try database.cachedStatement(sql: "INSERT INTO entry (kind, steady, wall) VALUES (?, ?, ?)")
            .execute(arguments: [kind.rawValue, stamp.steadySeconds, stamp.wall.timeIntervalSince1970])
        return database.lastInsertedRowID
    }
}

enum EntryKind: String, CaseIterable {
    case event, acknowledgement, answer, operation, timer, approval, rules

    /// Of the entries that the fold of incidents reads, for SQL.
    static let folded = "('event', 'acknowledgement', 'operation', 'timer', 'rules')"
}
