import Domain
import Journal

/// An incident among those that wait for the model.
struct AnswerTurn: Sendable, Hashable {
    let machine: MachineID?
    let priority: AlarmPriority
    let incident: Incident.ID

    init(_ incident: Incident) {
        machine = incident.machine
        priority = incident.priority
        self.incident = incident.id
    }

    /// Of a question that is no incident's: after those of its machine.
    init(machine: MachineID?) {
        self.machine = machine
        priority = .low
        incident = .max
    }

    /// Among a machine's, and among those of one round.
    func goesBefore(_ other: AnswerTurn) -> Bool {
        priority == other.priority ? incident < other.incident : priority > other.priority
    }
}

/// Lets a few texts be written at a time, in turns that go round the machines: one that waits with hundreds of alarms holds
/// up another's by one text.
///
/// A text belongs to all the incidents that wait for it, so it is written when the first of their turns comes.
actor AnswerTurns {
    struct Waiting {
        let key: BookKey
        let continuation: CheckedContinuation<Void, Never>
    }

    private(set) var free: Int
    /// Texts that have no place yet.
    private(set) var waiting: [Waiting] = []
    /// Of the incidents that wait for a text or have it written.
    private(set) var turns: [BookKey: [AnswerTurn]] = [:]
    /// When each machine had its last turn, while anybody waits.
    private var lastRound: [MachineID?: Int] = [:]
    private var round = 0

    init(places: Int) { free = places }

    /// Has an incident wait for a text, whoever has it written.
    func join<Value: Sendable>(
        _ key: BookKey, _ turn: AnswerTurn, _ wait: @Sendable () async throws -> Value
    ) async throws -> Value {
        turns[key, default: []].append(turn)
        defer { leave(key, turn) }
        return try await wait()
    }

    private func leave(_ key: BookKey, _ turn: AnswerTurn) {
        guard let index = turns[key]?.firstIndex(of: turn) else { return }
        turns[key]?.remove(at: index)
        if turns[key]?.isEmpty == true { turns[key] = nil }
    }

    /// Writes a text when its turn has come.
    func pass<Value: Sendable>(_ key: BookKey, _ write: @Sendable () async throws -> Value) async throws -> Value {
        if free > 0 {
            free -= 1
            note(key)
        } else {
            await withCheckedContinuation { waiting.append(Waiting(key: key, continuation: $0)) }
        }
        defer { handOn() }
        try Task.checkCancellation()
        return try await write()
    }

    /// The place goes straight to whose turn it is, so that nobody slips in between.
    private func handOn() {
        let next = waiting.indices.min { left, right in isBefore(waiting[left].key, waiting[right].key) }
        guard let next else {
            free += 1
            lastRound = [:]
            return
        }
        let chosen = waiting.remove(at: next)
        note(chosen.key)
        chosen.continuation.resume()
    }

    private func note(_ key: BookKey) {
        guard let turn = first(of: key) else { return }
        round += 1
        lastRound[turn.machine] = round
    }

    private func isBefore(_ left: BookKey, _ right: BookKey) -> Bool {
        guard let first = self.first(of: left) else { return false }
        guard let second = self.first(of: right) else { return true }
        return isBefore(first, second)
    }

    private func first(of key: BookKey) -> AnswerTurn? { turns[key]?.min(by: isBefore) }

    /// The machine goes first that has waited longest since its last turn.
    private func isBefore(_ left: AnswerTurn, _ right: AnswerTurn) -> Bool {
        let rounds = (lastRound[left.machine, default: 0], lastRound[right.machine, default: 0])
        return rounds.0 == rounds.1 ? left.goesBefore(right) : rounds.0 < rounds.1
    }
}
