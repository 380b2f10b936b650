import Foundation

/// One occurrence of a fault on one machine: folds repeated events.
public struct Incident: Codable, Sendable, Hashable, Identifiable {
    /// The sequence number of the event that opened it.
    public let id: Int64
    public let machine: MachineID?
    public let code: FaultCode
    /// Of the opening event; untrusted.
    public let message: String?
    public let severity: String?
    public var state: AlarmState
    public let firstSeen: Date
    public var lastSeen: Date
    /// Active reports folded into this incident, the opening one included; reports of its end do not count.
    public var count: Int
    public var acknowledgedBy: String?
    public var acknowledgedAt: Date?

    public init(
        id: Int64, machine: MachineID?, code: FaultCode, message: String?, severity: String?, state: AlarmState,
        firstSeen: Date, lastSeen: Date, count: Int, acknowledgedBy: String? = nil, acknowledgedAt: Date? = nil
    ) {
        self.id = id
        self.machine = machine
        self.code = code
        self.message = message
        self.severity = severity
        self.state = state
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.count = count
        self.acknowledgedBy = acknowledgedBy
        self.acknowledgedAt = acknowledgedAt
    }

    /// Two events belong to one occurrence only if they agree on this.
    public struct Key: Codable, Sendable, Hashable {
        public let machine: MachineID?
        public let code: FaultCode

        public init(machine: MachineID?, code: FaultCode) {
            self.machine = machine
            self.code = code
        }
    }

    public var key: Key { Key(machine: machine, code: code) }
}

/// The alarm states of ISA-18.2-2016 §5.2 that an incident passes through.
public enum AlarmState: String, Codable, Sendable, Hashable, CaseIterable {
    case activeUnacknowledged = "active-unacknowledged"
    case activeAcknowledged = "active-acknowledged"
    case returnedUnacknowledged = "returned-unacknowledged"
    /// Gone and acknowledged: the incident is closed; the same fault opens a new one.
    case normal

    public var isActive: Bool { self == .activeUnacknowledged || self == .activeAcknowledged }
    public var isOpen: Bool { self != .normal }
}
