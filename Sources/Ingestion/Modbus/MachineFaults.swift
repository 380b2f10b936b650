import Domain

/// Turns what was read of a machine's places into the changes to journal.
///
/// A pure state machine. Changes queue until the journal has taken them, so that a fault that comes and goes while the
/// disk is full is not lost.
struct MachineFaults: Sendable {
    /// A change, with the place that told it.
    struct Change: Sendable, Hashable {
        let point: FaultPoint
        var edge: FaultEdge
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
    /// Of the newest ``HistoryState``.
    private var lastOrdinal = 0

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

    /// The history that goes on after a restart although registers tell of faults too. Two beside registers start afresh:
    /// which of them would have to list what a register told, nothing says.
    private var historyBesideRegisters: Int? {
        edges.isEmpty || histories.count > 1 ? nil : histories.keys.first
    }

    /// Continues after a restart.
    ///
    /// - Parameter newest: the newest key in the journal that starts with a prefix.
    mutating func restore(_ newest: (String) throws -> String?) rethrows {
        var latest: HistoryState?
        for index in points.indices {
            guard let prefix = edges[index]?.recallPrefix ?? histories[index]?.recallPrefix,
                let (key, state) = try newest(prefix).map(HistoryState.split)
            else { continue }
            edges[index]?.restore(newestKey: key)
            histories[index]?.restore(newestKey: key, continues: edges.isEmpty)
            if let state, state.ordinal > latest?.ordinal ?? 0 { latest = state }
        }
        lastOrdinal = latest?.ordinal ?? 0
        if let latest, let index = historyBesideRegisters, points[index].id == latest.place {
            histories[index]?.resume(latest.list)
            unclaimed = latest.unclaimed.map { ($0, 0) }
        } else {
            unclaimed = edges.values.flatMap(\.standing).map { ($0, 0) }
        }
    }

    /// - Parameter readings: by the place's index, what ``FaultPoint/signals(in:)`` made of it.
    mutating func observe(_ readings: [(index: Int, signals: [FaultSignal])]) {
        guard pending.count <= MachineFaults.pendingLimit else { return }
        let earlier = pending.count
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
        keepState(with: pending.indices.dropFirst(earlier))
    }

    /// Adds to new changes what tells after a restart which entries of the history are new then.
    private mutating func keepState(with changes: Range<Int>) {
        guard !changes.isEmpty, let index = historyBesideRegisters, let list = histories[index]?.entries else { return }
        lastOrdinal += 1
        let state = HistoryState(
            ordinal: lastOrdinal, place: points[index].id, list: list, unclaimed: unclaimed.map(\.signal))
        for change in changes { pending[change].edge.key += state.suffix }
    }

    private mutating func observeHistory(_ index: Int, _ list: [FaultSignal]) {
        for entry in histories[index]?.observe(list, unclaimed: unclaimed.map(\.signal)) ?? [] {
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

    /// The journal has the oldest pending changes.
    mutating func settle(_ count: Int) { pending.removeFirst(count) }
}
