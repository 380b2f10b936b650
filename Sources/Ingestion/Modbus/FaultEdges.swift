import Domain

/// Turns the polled value of a fault register into changes: a fault appears, a fault goes.
///
/// A pure state machine. Changes queue until the journal has taken them, so that a fault that comes and goes while the
/// disk is full is not lost.
struct FaultEdges: Sendable {
    /// A change of the fault, with its place in the machine's history.
    struct Edge: Sendable, Hashable {
        /// Counts the machine's changes from 1, across restarts.
        let ordinal: Int
        let value: UInt32
        /// False when the fault of `value` is gone.
        let active: Bool
    }

    /// Changes that may wait for the journal; a register that flaps faster than a full disk is cleared is cut off here.
    static let pendingLimit = 1000

    private let keyPrefix: String
    private let noFault: Set<UInt32>
    /// The fault that stands after all pending changes; nil for none.
    private var standing: UInt32?
    private var lastOrdinal = 0
    private(set) var pending: [Edge] = []

    init(machine: MachineID, profile: FaultRegisterProfile) {
        keyPrefix = "modbus:\(profile.register):\(machine.rawValue):"
        noFault = profile.noFault
    }

    /// What to ask the journal for after a start, see ``restore(newestKey:)``.
    var recallPrefix: String { keyPrefix }

    /// Continues after a restart: a fault that stands in the journal and still in the register is the same fault.
    ///
    /// - Parameter newestKey: the newest key with ``recallPrefix``, if there is one.
    mutating func restore(newestKey: String?) {
        guard let newestKey, newestKey.hasPrefix(keyPrefix) else { return }
        let parts = newestKey.dropFirst(keyPrefix.count).split(separator: ":")
        guard parts.count == 3, let ordinal = Int(parts[0]), ordinal > 0, let value = UInt32(parts[1]) else { return }
        lastOrdinal = ordinal
        standing = parts[2] == "active" ? value : nil
    }

    func key(of edge: Edge) -> String {
        "\(keyPrefix)\(edge.ordinal):\(edge.value):\(edge.active ? "active" : "gone")"
    }

    /// Compares a polled value with the one before and queues what changed: the old fault goes, then the new one comes.
    mutating func observe(_ value: UInt32) {
        let fault = noFault.contains(value) ? nil : value
        guard fault != standing, pending.count <= FaultEdges.pendingLimit - 2 else { return }
        if let standing { append(standing, active: false) }
        if let fault { append(fault, active: true) }
        standing = fault
    }

    private mutating func append(_ value: UInt32, active: Bool) {
        lastOrdinal += 1
        pending.append(Edge(ordinal: lastOrdinal, value: value, active: active))
    }

    /// The journal has the oldest pending change.
    mutating func settleFirst() { pending.removeFirst() }
}
