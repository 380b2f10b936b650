import Domain

/// A change of one fault, with its place in the machine's history.
struct FaultEdge: Sendable, Hashable {
    let signal: FaultSignal
    /// False when the fault is gone.
    let active: Bool
    /// Under which the journal keeps the change once; says what stands after it.
    let key: String
}

/// Turns the polled faults of one place into changes: a fault appears, a fault goes.
///
/// A pure state machine. Keys count the place's changes from 1, across restarts.
struct FaultEdges: Sendable {
    private let point: FaultPoint
    private let keyPrefix: String
    /// What stands after all changes so far.
    private(set) var standing: Set<FaultSignal> = []
    private var lastOrdinal = 0

    init(machine: MachineID, point: FaultPoint) {
        self.point = point
        keyPrefix = "modbus:\(point.id):\(machine.rawValue):"
    }

    /// What to ask the journal for after a start, see ``restore(newestKey:)``.
    var recallPrefix: String { keyPrefix }

    /// Continues after a restart: a fault that stands in the journal and still in the register is the same fault.
    ///
    /// - Parameter newestKey: the newest key with ``recallPrefix``, if there is one.
    mutating func restore(newestKey: String?) {
        guard let newestKey, newestKey.hasPrefix(keyPrefix) else { return }
        let parts = newestKey.dropFirst(keyPrefix.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == (point.holdsMany ? 4 : 3), let ordinal = Int(parts[0]), ordinal > 0,
            let signal = FaultSignal(token: parts[1])
        else { return }
        lastOrdinal = ordinal
        if point.holdsMany {
            standing = Set(parts[3].split(separator: "+").compactMap { FaultSignal(token: $0) })
        } else {
            standing = parts[2] == "active" ? [signal] : []
        }
    }

    /// Compares polled faults with those before; the old faults go, then the new ones come.
    mutating func observe(_ signals: [FaultSignal]) -> [FaultEdge] {
        let present = Set(signals)
        let gone = standing.subtracting(present).sorted()
        let come = present.subtracting(standing).sorted()
        return gone.map { change($0, active: false) } + come.map { change($0, active: true) }
    }

    private mutating func change(_ signal: FaultSignal, active: Bool) -> FaultEdge {
        if active { standing.insert(signal) } else { standing.remove(signal) }
        lastOrdinal += 1
        let change = "\(keyPrefix)\(lastOrdinal):\(signal.token):\(active ? "active" : "gone")"
        let state = point.holdsMany ? ":" + standing.sorted().map(\.token).joined(separator: "+") : ""
        return FaultEdge(signal: signal, active: active, key: change + state)
    }
}
