import Domain

/// A change of one fault, with its place in the machine's history.
struct FaultEdge: Sendable, Hashable {
    let signal: FaultSignal
    /// False when the fault is gone.
    let active: Bool
    /// Under which the journal keeps the change once; says what stands after it.
    var key: String
}

/// Turns the faults of one place as they are now into changes: a fault appears, a fault goes.
///
/// A pure state machine. Keys count the place's changes from 1, across restarts.
struct FaultEdges: Sendable {
    /// Whether several faults can stand at a time.
    private let holdsMany: Bool
    private let keyPrefix: String
    /// What stands after all changes so far.
    private(set) var standing: Set<FaultSignal> = []
    private var lastOrdinal = 0

    init(machine: MachineID, point: FaultPoint) {
        self.init(place: "modbus:\(point.id)", machine: machine, holdsMany: point.holdsMany)
    }

    /// - Parameter place: the beginning of its keys, of one and the same number of parts for each kind of place.
    init(place: String, machine: MachineID, holdsMany: Bool) {
        self.holdsMany = holdsMany
        keyPrefix = "\(place):\(machine.rawValue):"
    }

    /// What to ask the journal for after a start, see ``restore(newestKey:)``.
    var recallPrefix: String { keyPrefix }

    /// Continues after a restart: a fault that stands in the journal and still in the register is the same fault.
    ///
    /// - Parameter newestKey: the newest key with ``recallPrefix``, if there is one.
    mutating func restore(newestKey: String?) {
        guard let newestKey, newestKey.hasPrefix(keyPrefix) else { return }
        let parts = newestKey.dropFirst(keyPrefix.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == (holdsMany ? 4 : 3), let ordinal = Int(parts[0]), ordinal > 0,
            let signal = FaultSignal(token: parts[1])
        else { return }
        lastOrdinal = ordinal
        if holdsMany {
            standing = Set([FaultSignal](tokens: parts[3]))
        } else {
            standing = parts[2] == "active" ? [signal] : []
        }
    }

    /// Compares the faults of now with those before; the old faults go, then the new ones come.
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
        let state = holdsMany ? ":" + standing.sorted().tokens : ""
        return FaultEdge(signal: signal, active: active, key: change + state)
    }
}
