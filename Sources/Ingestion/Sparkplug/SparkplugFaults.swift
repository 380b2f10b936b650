import Domain
import Foundation

/// Turns the metrics of one machine into changes: a fault comes, a fault goes.
///
/// A pure state machine; what stands goes on after a restart, by the keys in the journal.
struct SparkplugFaults: Sendable {
    struct Change: Sendable, Hashable {
        let metric: String
        let edge: FaultEdge
        let message: String?
        let occurredAt: Date?
    }

    /// Alarms of one machine at a time; above what an operator could tell apart.
    static let standingLimit = 256

    private let profile: SparkplugProfile
    private var code: FaultEdges
    private var alarms: FaultEdges
    private var message: String?
    /// Whether the last birth had a metric that the profile names.
    private(set) var hasMetrics = false
    /// More alarms stand than are told.
    private(set) var hasTooMany = false

    init(machine: MachineID, profile: SparkplugProfile) {
        self.profile = profile
        code = FaultEdges(place: "sparkplug:code", machine: machine, holdsMany: true)
        alarms = FaultEdges(place: "sparkplug:alarm", machine: machine, holdsMany: true)
    }

    /// - Parameter newest: the newest key in the journal that starts with a prefix.
    mutating func restore(_ newest: (String) throws -> String?) rethrows {
        code.restore(newestKey: try newest(code.recallPrefix))
        alarms.restore(newestKey: try newest(alarms.recallPrefix))
    }

    mutating func observe(_ news: SparkplugNode.News) -> [Change] {
        switch news {
        case .birth(let readings): observe(birth: readings)
        case .data(let readings): observe(data: readings)
        case .death, .none: []
        }
    }

    /// Everything of now: an alarm that is not in it is gone.
    private mutating func observe(birth readings: [SparkplugReading]) -> [Change] {
        hasMetrics = readings.contains { $0.name == profile.code || profile.alarm(in: $0.name) != nil }
        take(messageIn: readings)
        let now = readings.filter { !$0.isHistorical }
        var changes = now.filter { $0.name == profile.code }.flatMap { observe(code: $0) }
        var told: [FaultSignal: SparkplugReading] = [:]
        for reading in now { profile.alarm(in: reading.name).map { told[$0] = reading } }
        // What the node does not know now is as it was.
        let standing = told.filter { isOn($0.value) ?? alarms.standing.contains($0.key) }
        changes += observe(alarms: Set(standing.keys)).map { edge in
            Change(
                metric: told[edge.signal]?.name ?? "", edge: edge, message: nil, occurredAt: told[edge.signal]?.time)
        }
        return changes + readings.filter(\.isHistorical).flatMap { observe(historical: $0) }
    }

    /// One value after the other: a metric may be there twice.
    private mutating func observe(data readings: [SparkplugReading]) -> [Change] {
        take(messageIn: readings)
        return readings.flatMap { reading in
            if reading.isHistorical { return observe(historical: reading) }
            if reading.name == profile.code { return observe(code: reading) }
            guard let alarm = profile.alarm(in: reading.name), let isOn = isOn(reading) else { return [] }
            let others = alarms.standing.subtracting([alarm])
            return changes(reading, observe(alarms: isOn ? others.union([alarm]) : others))
        }
    }

    /// Each key in the journal names all that stands, so their number is bounded.
    private mutating func observe(alarms present: Set<FaultSignal>) -> [FaultEdge] {
        hasTooMany = present.count > SparkplugFaults.standingLimit
        guard hasTooMany else { return alarms.observe(Array(present)) }
        let kept = alarms.standing.intersection(present)
        let room = SparkplugFaults.standingLimit - kept.count
        return alarms.observe(Array(kept) + present.subtracting(kept).sorted().prefix(max(0, room)))
    }

    private mutating func take(messageIn readings: [SparkplugReading]) {
        for reading in readings where reading.name == profile.message && !reading.isHistorical {
            guard case .text(let text) = reading.value else { continue }
            message = CleanText.clean(text, limit: PayloadReader.messageLimit)
        }
    }

    private mutating func observe(code reading: SparkplugReading) -> [Change] {
        guard let value = reading.value else { return [] }
        return changes(reading, code.observe(signal(value).map { [$0] } ?? []), message)
    }

    /// A fault of a time without connection has come and gone, unless it stands.
    private mutating func observe(historical reading: SparkplugReading) -> [Change] {
        if reading.name == profile.code {
            guard let signal = reading.value.flatMap(signal) else { return [] }
            return changes(reading, SparkplugFaults.pass(signal, through: &code))
        }
        guard let alarm = profile.alarm(in: reading.name), isOn(reading) == true else { return [] }
        return changes(reading, SparkplugFaults.pass(alarm, through: &alarms))
    }

    private static func pass(_ signal: FaultSignal, through edges: inout FaultEdges) -> [FaultEdge] {
        let standing = edges.standing
        return edges.observe(Array(standing.union([signal]))) + edges.observe(Array(standing))
    }

    private func changes(_ reading: SparkplugReading, _ edges: [FaultEdge], _ message: String? = nil) -> [Change] {
        edges.map {
            Change(metric: reading.name, edge: $0, message: $0.active ? message : nil, occurredAt: reading.time)
        }
    }

    /// Nil for what the edge node does not know.
    private func isOn(_ reading: SparkplugReading) -> Bool? {
        reading.value.map { $0.isOn(offTexts: profile.inactiveTexts) }
    }

    /// The fault that a value of the code metric names, if any.
    private func signal(_ value: SparkplugReading.Value) -> FaultSignal? {
        guard value.isOn(offTexts: profile.inactiveTexts) else { return nil }
        switch value {
        case .number(let number): return .number(number)
        case .text(let text): return CleanText.clean(text, limit: PayloadReader.codeLimit).map { .text($0) }
        case .fraction(let fraction): return .unreadable("\(fraction)")
        case .flag: return .unreadable("true")
        }
    }
}
