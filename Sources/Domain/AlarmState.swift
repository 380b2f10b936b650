/// The alarm states of ISA-18.2-2016 §5.2 (IEC 62682) that an incident passes through.
public enum AlarmState: String, Codable, Sendable, Hashable, CaseIterable {
    case activeUnacknowledged = "active-unacknowledged"
    case activeAcknowledged = "active-acknowledged"
    case returnedUnacknowledged = "returned-unacknowledged"
    /// Gone and acknowledged, and kept until a person resets it.
    case latched
    /// Put away by a person for a while that always ends.
    case shelved
    /// Kept back by a rule while its cause stands.
    case suppressed = "suppressed-by-design"
    /// Taken out by a person, for maintenance, until a person brings it back.
    case outOfService = "out-of-service"
    /// Gone and acknowledged: the incident is closed; the same fault opens a new one.
    case normal

    public var isActive: Bool { self == .activeUnacknowledged || self == .activeAcknowledged }
    public var isOpen: Bool { self != .normal }
    /// Nobody is to be bothered, whatever the machine reports.
    public var isHeldBack: Bool { self == .shelved || self == .suppressed || self == .outOfService }
}

/// How soon an alarm needs a person; about 5, 15 and 80 of 100 alarms should have these (EEMUA 191).
public enum AlarmPriority: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
    case high, medium, low

    public static func < (left: AlarmPriority, right: AlarmPriority) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        }
    }
}
