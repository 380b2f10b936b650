import Domain

/// Turns what was read of a machine's places into the changes to journal.
///
/// A pure state machine. Changes queue until the journal has taken them, so that a fault that comes and goes while the
/// disk is full is not lost.
struct MachineFaults: Sendable {
    /// A change, with the place that told it.
    struct Change: Sendable, Hashable {
        let point: FaultPoint
        let edge: FaultEdge
    }

    /// Changes that may wait for the journal; a register that flaps faster than a full disk is cleared is cut off here.
    static let pendingLimit = 1000
    /// A device may write its history a little after its fault register.
    private static let pollsToClaim = 2

    private let points: [FaultPoint]
    private var edges: [Int: FaultEdges] = [:]
    private var histories: [Int: FaultHistory] = [:]
    /// Faults that a register told and the history did not yet, with the history's polls since.
    private var unclaimed: [(signal: FaultSignal, polls: Int)] = []
    /// Faults of the history that no register has told; the next reading of the registers decides.
    private var unseen: [(index: Int, entry: FaultHistory.Entry)] = []
    private(set) var pending: [Change] = []

    init(machine: MachineID, points: [FaultPoint]) {
        self.points = points
        for (index, point) in points.enumerated() {
            if point.isHistory {
                histories[index] = FaultHistory(machine: machine, point: point)
            } else {
                edges[index] = FaultEdges(machine: machine, point: point)
            }
        }
    }

    /// Continues after a restart.
    ///
    /// - Parameter newest: the newest key in the journal that starts with a prefix.
    mutating func restore(_ newest: (String) throws -> String?) rethrows {
        for index in points.indices {
            if let prefix = edges[index]?.recallPrefix {
                let key = try newest(prefix)
                edges[index]?.restore(newestKey: key)
                unclaimed += (edges[index]?.standing ?? []).map { ($0, 0) }
            } else if let prefix = histories[index]?.recallPrefix {
                let key = try newest(prefix)
                histories[index]?.restore(newestKey: key, continues: edges.isEmpty)
            }
        }
    }

    /// - Parameter readings: by the place's index, what ``FaultPoint/signals(in:)`` made of it.
    mutating func observe(_ readings: [(index: Int, signals: [FaultSignal])]) {
        guard pending.count <= MachineFaults.pendingLimit else { return }
        for (index, signals) in readings where points[index].isHistory { observeHistory(index, signals) }
        var told: [Change] = []
        for (index, signals) in readings where !points[index].isHistory {
            told += (edges[index]?.observe(signals) ?? []).map { Change(point: points[index], edge: $0) }
        }
        if !histories.isEmpty, readings.contains(where: { !points[$0.index].isHistory }) {
            claim(told.filter(\.edge.active).map(\.edge.signal))
            tellUnseen(cameNow: Set(told.filter(\.edge.active).map(\.edge.signal)))
        }
        pending += told
    }

    private mutating func observeHistory(_ index: Int, _ list: [FaultSignal]) {
        for entry in histories[index]?.observe(list) ?? [] {
            if edges.isEmpty {
                // Nothing tells when such a fault goes, so it stands until a person acknowledges it.
                tell(index, entry, active: true)
            } else if let claimed = unclaimed.firstIndex(where: { $0.signal == entry.signal }) {
                unclaimed.remove(at: claimed)
            } else {
                unseen.append((index, entry))
            }
        }
        unclaimed = unclaimed.map { ($0.signal, $0.polls + 1) }.filter { $0.polls <= MachineFaults.pollsToClaim }
    }

    /// Pairs the faults that a register tells now with the history's entries.
    private mutating func claim(_ signals: [FaultSignal]) {
        for signal in signals {
            if let index = unseen.firstIndex(where: { $0.entry.signal == signal }) {
                unseen.remove(at: index)
            } else {
                unclaimed.append((signal, 0))
            }
        }
    }

    /// What is left came and went between two polls; a fault that stands all the same went and came back.
    private mutating func tellUnseen(cameNow: Set<FaultSignal>) {
        let missed = unseen
        unseen = []
        for (index, entry) in missed {
            let stands = edges.values.contains { $0.standing.contains(entry.signal) } && !cameNow.contains(entry.signal)
            tell(index, entry, active: !stands)
            tell(index, entry, active: stands)
        }
    }

    private mutating func tell(_ index: Int, _ entry: FaultHistory.Entry, active: Bool) {
        guard let edge = histories[index]?.edge(entry, active: active) else { return }
        pending.append(Change(point: points[index], edge: edge))
    }

    /// The journal has the oldest pending change.
    mutating func settleFirst() { pending.removeFirst() }
}
