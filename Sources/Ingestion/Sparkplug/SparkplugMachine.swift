import Domain
import Foundation

/// A machine that speaks Sparkplug B.
public struct SparkplugMachine: Sendable, Hashable {
    public let machine: MachineID
    public let address: SparkplugAddress
    /// How events name the profile.
    public let profileName: String
    public let profile: SparkplugProfile

    public init(machine: MachineID, address: SparkplugAddress, profileName: String, profile: SparkplugProfile) {
        self.machine = machine
        self.address = address
        self.profileName = profileName
        self.profile = profile
    }

    func event(_ change: SparkplugFaults.Change, topic: String, receivedAt: Date) -> Event {
        let content: Event.Content
        if let code = profile.code(of: change.edge.signal) {
            content = .fault(
                FaultReport(
                    code: code, message: change.message, severity: profile.naming.severity, active: change.edge.active,
                    occurredAt: change.occurredAt))
        } else {
            content = .unparseable(
                reason: "\(profileName): metric \(change.metric): \(change.edge.signal.problem), "
                    + "expected a code with a letter or digit")
        }
        let raw = RawMetric(metric: change.metric, value: change.edge.signal, active: change.edge.active)
        return Event(
            idempotencyKey: change.edge.key, source: .mqtt(topic: topic), machine: machine, receivedAt: receivedAt,
            payload: Payload(raw.sortedJSON), content: content)
    }
}

/// What the metric held, as the event keeps it.
private struct RawMetric: Encodable {
    let metric: String
    let value: FaultSignal
    let active: Bool
}
