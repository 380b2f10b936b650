import Domain
import GRDB

extension EventJournal {
    /// Faults that still have to get their answer, closed ones too, in the order of their turns: a turn goes once round
    /// the machines that wait, and gives each its most urgent incident, of equals the oldest. Within a turn the most
    /// urgent goes first. So a machine waits for at most one answer of each other machine, however much one of them has.
    ///
    /// Of a flood only the first alarm gets an answer: the others are one alarm with it.
    public func incidentsWithoutAnswer(limit: Int = 100) throws -> [Incident] {
        try reading { database in
            var queues = try EventJournal.waitingMachines(database).map(TurnQueue.init(machine:))
            var chosen: [Incident.ID] = []
            while chosen.count < limit, !queues.isEmpty {
                var turn: [Place] = []
                for index in queues.indices {
                    if let place = try queues[index].next(database) { turn.append(place) }
                }
                chosen += turn.sorted().map(\.incident)
                queues.removeAll(where: \.isOver)
            }
            return try chosen.prefix(limit).compactMap { try EventJournal.incident($0, database) }
        }
    }

    /// Whether an incident still has to get an answer of its own.
    public func isWithoutAnswer(_ incident: Incident.ID) throws -> Bool {
        try reading { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM answer_turn WHERE incident = ?)", arguments: [incident])
                ?? false
        }
    }

    /// Lets a newly announced incident wait for its answer.
    static func takeTurn(_ incident: Incident, _ database: Database) throws {
        guard incident.kind == .fault else { return }
        try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO answer_turn SELECT id, machine, \(Schema.rank("priority")) FROM incident
                WHERE id = ? AND answered = 0 AND \(Schema.isNoFollower)
                """
        ).execute(arguments: [incident.id])
    }

    /// From its beginning a flood is one alarm, answered once.
    static func giveUpTurns(ofFlood group: AlarmGroup, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                DELETE FROM answer_turn WHERE incident IN (SELECT id FROM incident WHERE group_id = ? AND id <> ?)
                """
        ).execute(arguments: [group.id, group.id])
    }

    /// One step of the index a machine, however many incidents each has.
    static let waitingMachinesQuery = """
        WITH RECURSIVE waiting (machine) AS (
            SELECT (SELECT machine FROM answer_turn WHERE machine > '' ORDER BY machine LIMIT 1)
            UNION ALL
            SELECT (SELECT machine FROM answer_turn WHERE machine > waiting.machine ORDER BY machine LIMIT 1)
            FROM waiting WHERE waiting.machine IS NOT NULL
        )
        SELECT machine FROM waiting WHERE machine IS NOT NULL
        """

    /// - Returns: the machines of incidents that wait, and nil for those of no known machine, waiting or not.
    private static func waitingMachines(_ database: Database) throws -> [String?] {
        [nil] + (try String.fetchAll(database.cachedStatement(sql: waitingMachinesQuery)))
    }
}

/// An incident among those of its turn.
private struct Place: Comparable {
    let rank: Int
    let incident: Incident.ID

    static func < (left: Place, right: Place) -> Bool { (left.rank, left.incident) < (right.rank, right.incident) }
}

/// One machine's incidents in the order in which they get answers, read a page at a time.
struct TurnQueue {
    static let pageLength = 16
    static let pageQuery = """
        SELECT rank, incident FROM answer_turn WHERE machine IS ? AND (rank, incident) > (?, ?)
        ORDER BY rank, incident LIMIT \(pageLength)
        """

    private let machine: String?
    private var page: ArraySlice<Place> = []
    private var last = Place(rank: -1, incident: 0)
    private(set) var isOver = false

    init(machine: String?) { self.machine = machine }

    fileprivate mutating func next(_ database: Database) throws -> Place? {
        if page.isEmpty {
            let rows = try Row.fetchAll(
                database.cachedStatement(sql: Self.pageQuery), arguments: [machine, last.rank, last.incident])
            page = try rows.map { row in
                Place(
                    rank: try row.decode(Int.self, forColumn: "rank"),
                    incident: try row.decode(Int64.self, forColumn: "incident"))
            }[...]
        }
        guard let place = page.popFirst() else {
            isOver = true
            return nil
        }
        last = place
        return place
    }
}
