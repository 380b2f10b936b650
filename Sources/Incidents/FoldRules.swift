import Domain

/// What decides whether reports are one occurrence, when an alarm is announced, and what alarms belong together.
public struct FoldRules: Codable, Sendable, Hashable {
    /// A fault that comes back within this many seconds never really went (ISA-18.2 calls it chattering).
    public var chatterWindowSeconds: Double
    /// A fault not heard of for more than this many seconds is a new occurrence when it is reported again, even if
    /// nobody closed the earlier one. Bounds what an unattended machine costs the model, and keeps a machine that
    /// never reports the end of a fault from hiding every later occurrence behind the first.
    public var newOccurrenceAfterSeconds: Double
    /// An alarm that has stood for this many seconds is stale.
    public var staleAfterSeconds: Double
    public var groups: GroupRules
    /// The first that fits a fault decides; put the narrow ones before the wide ones.
    public var alarms: [AlarmRule]

    /// One minute is EEMUA 191's measure of chattering and a day that of stale alarms; eight hours is a shift, so that
    /// each crew sees its own alarm.
    public static let standard = FoldRules(chatterWindowSeconds: 60, newOccurrenceAfterSeconds: 8 * 3600)

    public init(
        chatterWindowSeconds: Double, newOccurrenceAfterSeconds: Double, staleAfterSeconds: Double = 86_400,
        groups: GroupRules = GroupRules(), alarms: [AlarmRule] = []
    ) {
        self.chatterWindowSeconds = chatterWindowSeconds
        self.newOccurrenceAfterSeconds = newOccurrenceAfterSeconds
        self.staleAfterSeconds = staleAfterSeconds
        self.groups = groups
        self.alarms = alarms
    }

    /// The rule for a fault: the first of ``alarms`` that fits it, else the standard one.
    public func rule(for key: Incident.Key) -> AlarmRule {
        alarms.first { $0.fits(key) } ?? (key.kind == .commLost ? .commLost : AlarmRule())
    }

    /// The fault that keeps this one back while it stands; nil where no rule names one.
    func suppressor(of key: Incident.Key) -> Incident.Key? {
        rule(for: key).suppressedWhile.map { Incident.Key(machine: key.machine, code: $0) }
    }

    /// The faults that are kept back while this one stands.
    func suppressed(by key: Incident.Key) -> [Incident.Key] {
        guard key.kind == .fault, key.instance == nil else { return [] }
        return alarms.compactMap { rule in
            guard rule.suppressedWhile == key.code, let code = rule.code, rule.fitsMachine(key.machine) else {
                return nil
            }
            let kept = Incident.Key(machine: key.machine, code: code)
            return suppressor(of: kept) == key ? kept : nil
        }
    }

    /// The faults whose incidents the fold has to know to fold an entry about this one.
    public func related(to key: Incident.Key) -> [Incident.Key] {
        (suppressor(of: key).map { [$0] } ?? []) + suppressed(by: key)
    }
}

/// When alarms of one machine are one group, and when a group is a flood.
public struct GroupRules: Codable, Sendable, Hashable {
    /// An alarm this many seconds after the last of a group belongs to it.
    public var joinWithinSeconds: Double
    /// A group takes no more alarms after this many seconds.
    public var longestSeconds: Double
    /// Alarms that make a group a flood: EEMUA 191's ten in ten minutes are more than an operator can manage.
    public var floodCount: Int

    public init(joinWithinSeconds: Double = 60, longestSeconds: Double = 600, floodCount: Int = 10) {
        self.joinWithinSeconds = joinWithinSeconds
        self.longestSeconds = longestSeconds
        self.floodCount = floodCount
    }
}

/// How the alarm of a fault behaves.
public struct AlarmRule: Codable, Sendable, Hashable {
    /// Nil fits every machine.
    public var machine: MachineID?
    /// Nil fits every code.
    public var code: FaultCode?
    /// Nil goes by the severity that the machine reports.
    public var priority: AlarmPriority?
    /// A fault is announced once it has stood for this long.
    public var onDelaySeconds: Double
    /// A fault has returned once it has been gone for this long.
    public var offDelaySeconds: Double
    /// Stays until a person resets it.
    public var latches: Bool
    /// Suppressed by design while this fault stands on the same machine; `code` must be given then, and faults with an
    /// instance are not suppressed.
    public var suppressedWhile: FaultCode?

    public init(
        machine: MachineID? = nil, code: FaultCode? = nil, priority: AlarmPriority? = nil, onDelaySeconds: Double = 0,
        offDelaySeconds: Double = 0, latches: Bool = false, suppressedWhile: FaultCode? = nil
    ) {
        self.machine = machine
        self.code = code
        self.priority = priority
        self.onDelaySeconds = onDelaySeconds
        self.offDelaySeconds = offDelaySeconds
        self.latches = latches
        self.suppressedWhile = suppressedWhile
    }

    /// Of a lost line: a broker that restarts is no alarm.
    static let commLost = AlarmRule(onDelaySeconds: 10)

    func fits(_ key: Incident.Key) -> Bool {
        fitsMachine(key.machine) && (code == nil ? key.kind == .fault : code == key.code)
            && (suppressedWhile == nil || key.instance == nil)
    }

    func fitsMachine(_ machine: MachineID?) -> Bool { self.machine == nil || self.machine == machine }

    /// - Parameter severity: as the machine wrote it.
    func priority(severity: String?) -> AlarmPriority {
        priority ?? severity.flatMap { AlarmRule.priorityOfWord[$0.lowercased()] } ?? .medium
    }

    /// Words that gateways use (RFC 5424 §6.2.1 names among them).
    private static let priorityOfWord: [String: AlarmPriority] = [
        "emergency": .high, "emerg": .high, "fatal": .high, "critical": .high, "crit": .high, "alert": .high,
        "high": .high, "urgent": .high, "error": .medium, "err": .medium, "fault": .medium, "major": .medium,
        "medium": .medium, "alarm": .medium, "warning": .low, "warn": .low, "minor": .low, "low": .low,
        "notice": .low, "info": .low, "information": .low,
    ]
}
