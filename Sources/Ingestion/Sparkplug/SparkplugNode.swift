/// What the messages of one edge node mean, one after the other.
///
/// A pure state machine of the Sparkplug specification 3.0.0, chapters 5 and 6: births give metrics their names, data names them
/// by alias, and every message but a death has the next number of 0 to 255.
struct SparkplugNode: Sendable {
    /// Metrics of a node and its devices; more are refused.
    static let metricsLimit = 50_000

    enum News: Sendable, Hashable {
        /// All metrics of the node or device.
        case birth([SparkplugReading])
        /// Those that changed.
        case data([SparkplugReading])
        case death
        /// Nothing that can be understood without a birth.
        case none
    }

    private struct Metric: Sendable, Hashable {
        let device: String?
        let name: String
    }

    private var names: [UInt64: Metric] = [:]
    private var datatypes: [Metric: UInt32] = [:]
    private var births: Set<String?> = []
    private var deaths: Set<String?> = []
    private var lastNumber: UInt64?
    /// Pairs a node's death, which the broker sends, with its birth (`bdSeq`).
    private var connection: Int64?
    /// Why the node must say everything again; nil while it is understood.
    private(set) var confusion: String? = "no birth since the connection to the broker"

    func isBorn(_ device: String?) -> Bool { births.contains(device) }

    /// The node or device said that it is gone, or the broker did.
    func isDead(_ device: String?) -> Bool { deaths.contains(nil) || deaths.contains(device) }

    /// Messages may have been lost with the connection to the broker.
    mutating func loseTrack() {
        births = []
        lastNumber = nil
        confusion = "no birth since the connection to the broker"
    }

    /// - Throws: ``Refusal`` for what no later birth can mend.
    mutating func receive(
        _ kind: SparkplugTopic.Kind, device: String?, _ payload: SparkplugPayload
    ) throws(Refusal) -> News {
        switch kind {
        case .nodeCommand, .deviceCommand: return .none
        case .nodeBirth:
            (names, datatypes, births, deaths, confusion) = ([:], [:], [], [], nil)
            lastNumber = payload.hasSeq ? payload.seq : nil
            connection = SparkplugNode.connection(of: payload)
            return try bear(nil, payload)
        case .nodeDeath:
            // An old connection's death may come after the new one's birth.
            if let connection, let dead = SparkplugNode.connection(of: payload), dead != connection { return .none }
            births = []
            deaths.insert(nil)
            return .death
        case .deviceBirth:
            follow(payload)
            deaths.remove(device)
            return try bear(device, payload)
        case .deviceDeath:
            follow(payload)
            births.remove(device)
            deaths.insert(device)
            return .death
        case .nodeData, .deviceData:
            follow(payload)
            guard births.contains(device) else {
                confusion = confusion ?? "data came before the birth"
                return .none
            }
            return .data(readings(of: payload, device))
        }
    }

    struct Refusal: Error, Hashable { let reason: String }

    private mutating func follow(_ payload: SparkplugPayload) {
        guard payload.hasSeq else { return }
        if let lastNumber, payload.seq != (lastNumber + 1) % 256 {
            confusion = "a message was lost: number \(payload.seq) came after \(lastNumber)"
        }
        lastNumber = payload.seq
    }

    private mutating func bear(_ device: String?, _ payload: SparkplugPayload) throws(Refusal) -> News {
        guard names.count + payload.metrics.count <= SparkplugNode.metricsLimit else {
            throw Refusal(
                reason: "expected at most \(SparkplugNode.metricsLimit) metrics of an edge node and its devices")
        }
        for metric in payload.metrics where metric.hasName {
            let key = Metric(device: device, name: metric.name)
            if metric.hasAlias { names[metric.alias] = key }
            datatypes[key] = metric.datatype
        }
        births.insert(device)
        return .birth(readings(of: payload, device))
    }

    private mutating func readings(of payload: SparkplugPayload, _ device: String?) -> [SparkplugReading] {
        payload.metrics.compactMap { metric in
            let key = metric.hasName ? Metric(device: device, name: metric.name) : names[metric.alias]
            guard let key, key.device == device else {
                confusion = confusion ?? "no birth named the alias \(metric.alias)"
                return nil
            }
            let datatype = metric.hasDatatype ? metric.datatype : datatypes[key] ?? 0
            return SparkplugReading(
                metric, name: key.name, datatype: datatype, sent: payload.hasTimestamp ? payload.timestamp : nil)
        }
    }

    private static func connection(of payload: SparkplugPayload) -> Int64? {
        guard let metric = payload.metrics.first(where: { $0.name == "bdSeq" }),
            case .number(let number) = SparkplugReading(metric, name: "", datatype: 0, sent: nil).value
        else { return nil }
        return number
    }
}
