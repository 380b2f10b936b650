import Foundation

/// One occurrence of a fault on one machine: folds repeated events.
public struct Incident: Codable, Sendable, Hashable, Identifiable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// A fault that a machine or person reported.
        case fault
        /// The appliance hears nothing from the machine or broker.
        case commLost = "comm-lost"
    }

    /// The sequence number of the event that opened it.
    public let id: Int64
    public let kind: Kind
    public let machine: MachineID?
    public let code: FaultCode
    /// See ``FaultReport/instance``.
    public let instance: String?
    /// Of the opening event; untrusted.
    public let message: String?
    public let severity: String?
    public let priority: AlarmPriority
    public var state: AlarmState
    public let firstSeen: Date
    public var lastSeen: Date
    /// Of the latest event, see ``JournalEntry/steadySeconds``.
    public var lastSteadySeconds: Double
    /// Active reports folded into this incident, the opening one included; reports of its end do not count.
    public var count: Int
    public var acknowledgedBy: String?
    public var acknowledgedAt: Date?
    /// False for a fault that is held back from the start: it waits for its on-delay, went before that was over, or is
    /// suppressed by design.
    public var isAnnounced: Bool
    /// Whether the machine's last word is that the fault stands.
    public var isStanding: Bool
    /// How often in a row it went and came back within the chatter window.
    public var chatters: Int
    /// It has stood for a day.
    public var isStale: Bool
    /// When the shelf gives it back, by the wall clock of the shelving.
    public var shelvedUntil: Date?
    public var deadlines: Deadlines
    /// The group of alarms that it belongs to: the id of the incident that came first.
    public var group: Incident.ID?

    public init(
        id: Int64, kind: Kind = .fault, machine: MachineID?, code: FaultCode, instance: String? = nil,
        message: String?, severity: String?, priority: AlarmPriority = .medium, state: AlarmState, firstSeen: Date,
        lastSeen: Date, lastSteadySeconds: Double, count: Int, acknowledgedBy: String? = nil,
        acknowledgedAt: Date? = nil, isAnnounced: Bool, isStanding: Bool, chatters: Int = 0, isStale: Bool = false,
        shelvedUntil: Date? = nil, deadlines: Deadlines = Deadlines(), group: Incident.ID? = nil
    ) {
        self.id = id
        self.kind = kind
        self.machine = machine
        self.code = code
        self.instance = instance
        self.message = message
        self.severity = severity
        self.priority = priority
        self.state = state
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.lastSteadySeconds = lastSteadySeconds
        self.count = count
        self.acknowledgedBy = acknowledgedBy
        self.acknowledgedAt = acknowledgedAt
        self.isAnnounced = isAnnounced
        self.isStanding = isStanding
        self.chatters = chatters
        self.isStale = isStale
        self.shelvedUntil = shelvedUntil
        self.deadlines = deadlines
        self.group = group
    }

    /// Two events belong to one occurrence only if they agree on this.
    public struct Key: Codable, Sendable, Hashable {
        public let machine: MachineID?
        public let code: FaultCode
        public let instance: String?
        public let kind: Kind

        public init(machine: MachineID?, code: FaultCode, instance: String? = nil, kind: Kind = .fault) {
            self.machine = machine
            self.code = code
            self.instance = instance
            self.kind = kind
        }
    }

    public var key: Key { Key(machine: machine, code: code, instance: instance, kind: kind) }

    /// The first alarm of its group: the likely cause of the others.
    public var isFirstOut: Bool { group == id }

    /// It came at least three times, each time within the chatter window.
    public var isChattering: Bool { chatters >= 2 }

    /// What happens to an incident by the passing of time alone, in ``JournalEntry/steadySeconds``.
    public struct Deadlines: Codable, Sendable, Hashable {
        /// The on-delay ends: a fault that still stands is announced.
        public var announce: Double?
        /// The off-delay ends: a fault that is still gone has returned.
        public var clear: Double?
        public var unshelve: Double?
        public var stale: Double?

        public init() {}

        public var next: Double? { [announce, clear, unshelve, stale].compactMap(\.self).min() }
    }
}

extension Incident.Key {
    /// Of the incident that an event belongs to.
    public init(_ event: Event, _ report: FaultReport) {
        let kind: Incident.Kind =
            if case .link = event.source { .commLost } else { .fault }
        self.init(machine: event.machine, code: report.code, instance: report.instance, kind: kind)
    }
}

/// Alarms of one machine that came close after one another.
public struct AlarmGroup: Codable, Sendable, Hashable, Identifiable {
    /// The first-out: the incident that came first.
    public let id: Incident.ID
    public let machine: MachineID?
    public let startedAt: Date
    public var lastAt: Date
    public let startedSteadySeconds: Double
    public var lastSteadySeconds: Double
    /// Incidents in the group, the first-out included.
    public var count: Int
    public var highestPriority: AlarmPriority
    /// More alarms than a person can take in: to be shown as one.
    public var isFlood: Bool
    /// When a flood is over if nothing follows, in ``JournalEntry/steadySeconds``.
    public var floodEnds: Double?

    public init(
        id: Incident.ID, machine: MachineID?, startedAt: Date, lastAt: Date, startedSteadySeconds: Double,
        lastSteadySeconds: Double, count: Int, highestPriority: AlarmPriority, isFlood: Bool = false,
        floodEnds: Double? = nil
    ) {
        self.id = id
        self.machine = machine
        self.startedAt = startedAt
        self.lastAt = lastAt
        self.startedSteadySeconds = startedSteadySeconds
        self.lastSteadySeconds = lastSteadySeconds
        self.count = count
        self.highestPriority = highestPriority
        self.isFlood = isFlood
        self.floodEnds = floodEnds
    }
}
