/// Where a machine stands among Sparkplug edge nodes: a device of one, or the edge node itself.
public struct SparkplugAddress: Sendable, Hashable, CustomStringConvertible {
    /// An edge node, which numbers its messages and those of its devices in one row.
    public struct Node: Sendable, Hashable, Comparable, CustomStringConvertible {
        public let group: String
        public let name: String

        public var description: String { "\(SparkplugTopic.namespace)/\(group)/\(name)" }

        /// All messages of the node and its devices, and the commands to them.
        var topics: TopicTemplate {
            TopicTemplate(levels: [SparkplugTopic.namespace, group, "+", name, "#"])
        }

        var commandTopic: String { "\(SparkplugTopic.namespace)/\(group)/NCMD/\(name)" }

        public static func < (left: Node, right: Node) -> Bool { (left.group, left.name) < (right.group, right.name) }
    }

    public let node: Node
    /// Nil is the edge node itself.
    public let device: String?

    public var description: String { device.map { "\(node)/\($0)" } ?? "\(node)" }

    /// - Returns: nil unless each name has 1 to 256 bytes without `/`, `+`, `#` and NUL.
    public init?(group: String, node: String, device: String? = nil) {
        guard [group, node, device ?? "-"].allSatisfy(SparkplugAddress.isLevel) else { return nil }
        self.node = Node(group: group, name: node)
        self.device = device
    }

    private static func isLevel(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count) && !text.unicodeScalars.contains { "/+#\0".unicodeScalars.contains($0) }
    }
}

/// A topic of the Sparkplug specification 3.0.0, chapter 4: `spBv1.0/GROUP/KIND/NODE` with `/DEVICE` behind it.
struct SparkplugTopic: Sendable, Hashable {
    static let namespace = "spBv1.0"

    enum Kind: String, Sendable {
        case nodeBirth = "NBIRTH"
        case nodeDeath = "NDEATH"
        case nodeData = "NDATA"
        case deviceBirth = "DBIRTH"
        case deviceDeath = "DDEATH"
        case deviceData = "DDATA"
        /// Of a host to the node, also of this one; says nothing of faults.
        case nodeCommand = "NCMD"
        case deviceCommand = "DCMD"

        var isOfDevice: Bool { rawValue.hasPrefix("D") }
    }

    let kind: Kind
    let address: SparkplugAddress

    /// - Returns: nil for other topics, also for those of host states.
    init?(_ topic: String) {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard levels.count == 4 || levels.count == 5, levels[0] == SparkplugTopic.namespace,
            let kind = Kind(rawValue: levels[2]), kind.isOfDevice == (levels.count == 5),
            let address = SparkplugAddress(
                group: levels[1], node: levels[3], device: levels.count == 5 ? levels[4] : nil)
        else { return nil }
        self.kind = kind
        self.address = address
    }
}
