import Domain

/// Tells which entries of a device's fault history are new.
///
/// A pure state machine over a list that the device shifts by one for each fault, newest first. A fault like all entries
/// of a full list leaves the list as it was and cannot be seen.
struct FaultHistory: Sendable {
    private let point: FaultPoint
    private let keyPrefix: String
    private var entries: [FaultSignal]?
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
        let list = parts[3].split(separator: "+").compactMap { FaultSignal(token: $0) }
        if continues, list.count == point.length { entries = list }
    }

    /// A fault that the history tells of, and the list as it was after it.
    struct Entry: Sendable, Hashable {
        let signal: FaultSignal
        fileprivate let list: [FaultSignal]
    }

    /// - Parameter list: newest first.
    /// - Returns: the entries that came since the last call, oldest first; of the first call none, they may be years old.
    mutating func observe(_ list: [FaultSignal]) -> [Entry] {
        defer { entries = list }
        guard let before = entries, before.count == list.count else { return [] }
        let shift = (0...list.count).first { list.dropFirst($0).elementsEqual(before.dropLast($0)) } ?? list.count
        return (0..<shift).reversed().compactMap { index in
            guard !point.isNoFault(list[index]) else { return nil }
            return Entry(
                signal: list[index], list: Array(list[index...] + before.suffix(shift).prefix(index)))
        }
    }

    mutating func edge(_ entry: Entry, active: Bool) -> FaultEdge {
        lastOrdinal += 1
        let state = entry.list.map(\.token).joined(separator: "+")
        return FaultEdge(
            signal: entry.signal, active: active,
            key: "\(keyPrefix)\(lastOrdinal):\(entry.signal.token):\(active ? "active" : "gone"):\(state)")
    }
}
