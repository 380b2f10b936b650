import Domain

/// Tells which entries of a device's fault history are new.
///
/// A pure state machine over a list that the device shifts by one for each fault, newest first. A fault like all entries
/// of a full list leaves the list as it was and cannot be seen.
struct FaultHistory: Sendable {
    private let point: FaultPoint
    private let keyPrefix: String
    private(set) var entries: [FaultSignal]?
    /// `entries` are those of before a stop: meanwhile the device may have been replaced.
    private var isRecalled = false
    private var lastOrdinal = 0

    init(machine: MachineID, point: FaultPoint) {
        self.point = point
        keyPrefix = "modbus:\(point.id):\(machine.rawValue):"
    }

    /// What to ask the journal for after a start, see ``restore(newestKey:continues:)``.
    var recallPrefix: String { keyPrefix }

    /// - Parameter continues: compare with the list as it stood in the journal, so that faults of the time between are
    ///   told. Not where another place of the machine tells its faults too: what that one told is not in these keys.
    mutating func restore(newestKey: String?, continues: Bool) {
        guard let newestKey, newestKey.hasPrefix(keyPrefix) else { return }
        let parts = newestKey.dropFirst(keyPrefix.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let ordinal = Int(parts[0]), ordinal > 0 else { return }
        lastOrdinal = ordinal
        let list = [FaultSignal](tokens: parts[3])
        if continues, list.count == point.length { entries = list }
    }

    /// Goes on from the list as it was when a change was told, see ``HistoryState``.
    mutating func resume(_ list: [FaultSignal]) {
        guard list.count == point.length else { return }
        entries = list
        isRecalled = true
    }

    /// A fault that the history tells of, and the list as it was after it.
    struct Entry: Sendable, Hashable {
        let signal: FaultSignal
        fileprivate let list: [FaultSignal]
    }

    /// - Parameters:
    ///   - list: newest first.
    ///   - unclaimed: faults that a register has told and the list did not hold yet.
    /// - Returns: the entries that came since the last call, oldest first; of the first call none, they may be years old.
    mutating func observe(_ list: [FaultSignal], unclaimed: [FaultSignal] = []) -> [Entry] {
        defer {
            entries = list
            isRecalled = false
        }
        guard let before = entries, before.count == list.count else { return [] }
        let shift = (0...list.count).first { list.dropFirst($0).elementsEqual(before.dropLast($0)) } ?? list.count
        let new = (0..<shift).reversed().compactMap { index -> Entry? in
            guard !point.isNoFault(list[index]) else { return nil }
            return Entry(
                signal: list[index], list: Array(list[index...] + before.suffix(shift).prefix(index)))
        }
        let known = before.dropLast(shift) + new.map(\.signal).filter(unclaimed.contains)
        return isRecalled && !isSameList(shift, known) ? [] : new
    }

    /// Whether a list is the one of before a stop, shifted: two entries of it are where they must be, and a fault that was
    /// told is among them.
    private func isSameList(_ shift: Int, _ known: some Sequence<FaultSignal>) -> Bool {
        point.length - shift >= min(2, point.length - 1) && known.contains { !point.isNoFault($0) }
    }

    mutating func edge(_ entry: Entry, active: Bool) -> FaultEdge {
        lastOrdinal += 1
        return FaultEdge(
            signal: entry.signal, active: active,
            key: "\(keyPrefix)\(lastOrdinal):\(entry.signal.token):\(active ? "active" : "gone"):\(entry.list.tokens)")
    }
}
