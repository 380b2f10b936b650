import Domain
import Foundation
import SwiftProtobuf

/// Reads the messages of edge nodes: which faults came and went, and which nodes must say everything again.
///
/// A value, so that what a refused batch did to it can be taken back.
struct SparkplugReader: Sendable {
    /// How long a node may take to announce itself before its machines count as lost.
    private static let birthWithinNs: Int64 = 30_000_000_000
    /// Between two requests to one node.
    private static let requestEveryNs: Int64 = 10_000_000_000

    private struct Line: Sendable {
        var node = SparkplugNode()
        var waitsSinceNs: Int64?
        var requestedNs: Int64?
    }

    private struct State: Sendable {
        let machine: SparkplugMachine
        var faults: SparkplugFaults
        var messages = 0
        var lastMessage: Date?
    }

    private var lines: [SparkplugAddress.Node: Line]
    private var states: [SparkplugAddress: State]

    /// - Parameter machines: each at an address of its own.
    init(machines: [SparkplugMachine]) {
        lines = Dictionary(machines.map { ($0.address.node, Line()) }, uniquingKeysWith: { first, _ in first })
        states = Dictionary(
            machines.map { machine in
                let faults = SparkplugFaults(machine: machine.machine, profile: machine.profile)
                return (machine.address, State(machine: machine, faults: faults))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter newest: the newest key in the journal that starts with a prefix.
    mutating func restore(_ newest: (String) throws -> String?) rethrows {
        for address in states.keys { try states[address]?.faults.restore(newest) }
    }

    /// The connection to the broker is new: what was sent without it is unknown.
    mutating func loseTrack(nowNs: Int64) {
        for node in lines.keys {
            lines[node]?.node.loseTrack()
            lines[node]?.waitsSinceNs = nowNs
            lines[node]?.requestedNs = nil
        }
    }

    /// - Returns: the events that the message makes, often none; nil when it comes from no configured node.
    mutating func read(_ message: MQTTMessage, receivedAt: Date, nowNs: Int64) -> [Event]? {
        guard let topic = SparkplugTopic(message.topic), var line = lines[topic.address.node] else { return nil }
        defer { lines[topic.address.node] = line }
        let news: SparkplugNode.News
        do {
            news = try line.node.receive(
                topic.kind, device: topic.address.device,
                SparkplugPayload(read: message.payload, of: message.receivedByteCount))
        } catch {
            return [unreadable(message, at: topic.address, error.reason, receivedAt)]
        }
        line.waitsSinceNs = line.node.isBorn(nil) ? nil : line.waitsSinceNs ?? nowNs
        if news != .none {
            states[topic.address]?.messages += 1
            states[topic.address]?.lastMessage = receivedAt
        }
        guard let machine = states[topic.address]?.machine, let changes = states[topic.address]?.faults.observe(news)
        else { return [] }
        return changes.map { machine.event($0, topic: message.topic, receivedAt: receivedAt) }
    }

    private func unreadable(
        _ message: MQTTMessage, at address: SparkplugAddress, _ reason: String, _ receivedAt: Date
    ) -> Event {
        Event(
            idempotencyKey: nil, source: .mqtt(topic: message.topic), machine: states[address]?.machine.machine,
            receivedAt: receivedAt, payload: Payload(message.payload, ofByteCount: message.receivedByteCount),
            content: .unparseable(reason: reason))
    }

    /// The nodes to ask for a birth now; each counts as asked.
    mutating func dueRequests(nowNs: Int64) -> [SparkplugAddress.Node] {
        let due = lines.filter { _, line in
            line.node.confusion != nil && line.requestedNs.map { nowNs - $0 >= Self.requestEveryNs } ?? true
        }
        for node in due.keys { lines[node]?.requestedNs = nowNs }
        return due.keys.sorted()
    }

    /// How each machine's line stands, while the connection to the broker does.
    func statuses(nowNs: Int64) -> [LinkStatus] {
        states.values.sorted { $0.machine.machine.rawValue < $1.machine.machine.rawValue }.map { state in
            var status = LinkStatus(
                machine: state.machine.machine, transport: .mqtt, endpoint: state.machine.address.description)
            status.contacts = state.messages
            status.lastContact = state.lastMessage
            let line = lines[state.machine.address.node] ?? Line()
            status.lastError = problem(state, line, nowNs)
            let isBorn = line.node.isBorn(state.machine.address.device)
            status.state = status.lastError != nil ? .degraded : isBorn ? .up : .connecting
            return status
        }
    }

    private func problem(_ state: State, _ line: Line, _ nowNs: Int64) -> String? {
        let address = state.machine.address
        if line.node.isDead(address.device) { return "\(address) says that it is gone, or its broker does" }
        guard line.node.isBorn(address.device) else {
            guard let since = line.waitsSinceNs, nowNs - since > Self.birthWithinNs else { return nil }
            return
                "no birth of \(address) for \((nowNs - since) / 1_000_000_000) s; expected these names of group, node "
                + "and device, and a node that takes rebirth requests on \(address.node.commandTopic)"
        }
        if !state.faults.hasMetrics {
            return "the birth of \(address) has no metric that profile \(state.machine.profileName) names"
        }
        return state.faults.hasTooMany
            ? "more than \(SparkplugFaults.standingLimit) alarms stand at \(address); the others are not told" : nil
    }
}

extension SparkplugPayload {
    /// - Throws: ``SparkplugNode/Refusal``.
    fileprivate init(read bytes: Data, of byteCount: Int) throws(SparkplugNode.Refusal) {
        guard byteCount <= PayloadReader.parsedBytesLimit else {
            throw SparkplugNode.Refusal(
                reason: "expected at most \(PayloadReader.parsedBytesLimit) bytes, got \(byteCount)")
        }
        do {
            var options = BinaryDecodingOptions()
            options.discardUnknownFields = true
            self = try SparkplugPayload(serializedBytes: bytes, options: options)
        } catch {
            throw SparkplugNode.Refusal(reason: "expected a Sparkplug B payload: \(error)")
        }
    }

    /// What asks an edge node for its births (specification 3.0.0, chapter 6.4.22).
    static func rebirthRequest(at time: Date) -> SparkplugPayload {
        var metric = Metric()
        metric.name = "Node Control/Rebirth"
        metric.datatype = 11
        metric.booleanValue = true
        var payload = SparkplugPayload()
        payload.timestamp = UInt64(max(0, time.timeIntervalSince1970 * 1000))
        payload.metrics = [metric]
        return payload
    }
}
