import Foundation

/// One raw fault message as it arrived, immutable.
public struct Event: Codable, Sendable, Hashable {
    /// Where a message came from.
    public enum Source: Codable, Sendable, Hashable {
        case mqtt(topic: String)
        /// Wire address of the register that changed.
        case modbus(register: UInt16)
        /// Typed or scanned on a terminal or given on a command line.
        case typed
        /// The appliance's own line to a machine or broker, `host:port`: its loss and its return.
        case link(endpoint: String)

        /// For people: the topic, the register, or the line.
        public var place: String {
            switch self {
            case .mqtt(let topic): topic
            case .modbus(let register): "register \(register)"
            case .typed: "typed"
            case .link(let endpoint): endpoint
            }
        }
    }

    /// What the message says, as far as it could be read.
    public enum Content: Codable, Sendable, Hashable {
        case fault(FaultReport)
        /// Kept and counted, shown to whoever runs the appliance; `reason` says what was expected and where.
        case unparseable(reason: String)
    }

    /// Redelivery with the same key makes no second event; nil when nothing distinguishes this message from an equal one.
    public let idempotencyKey: String?
    public let source: Source
    /// The machine that the source belongs to; nil when no configured machine does.
    public let machine: MachineID?
    public let receivedAt: Date
    public let payload: Payload
    public let content: Content

    public init(
        idempotencyKey: String?, source: Source, machine: MachineID?, receivedAt: Date, payload: Payload,
        content: Content
    ) {
        self.idempotencyKey = idempotencyKey
        self.source = source
        self.machine = machine
        self.receivedAt = receivedAt
        self.payload = payload
        self.content = content
    }
}

/// The bytes of a message, bounded so that one message cannot fill the disk.
public struct Payload: Codable, Sendable, Hashable {
    /// The longest payload that is kept whole, in bytes; of a longer one the head is kept.
    public static let keptBytesLimit = 256 * 1024

    public let bytes: Data
    /// Length as received, in bytes; more than `bytes.count` when only the head was kept.
    public let receivedByteCount: Int

    public init(_ received: Data) {
        bytes = received.count > Payload.keptBytesLimit ? Data(received.prefix(Payload.keptBytesLimit)) : received
        receivedByteCount = received.count
    }

    /// - Parameters:
    ///   - received: at least the head that is kept.
    ///   - byteCount: of the whole.
    public init(_ received: Data, ofByteCount byteCount: Int) {
        self.init(kept: received.prefix(Payload.keptBytesLimit), receivedByteCount: byteCount)
    }

    /// Restores a payload that was bounded before.
    public init(kept bytes: Data, receivedByteCount: Int) {
        self.bytes = bytes
        self.receivedByteCount = receivedByteCount
    }

    public var isTruncated: Bool { receivedByteCount > bytes.count }
}

/// A fault as a machine or person reported it.
public struct FaultReport: Codable, Sendable, Hashable {
    public let code: FaultCode
    /// Free text; untrusted.
    public let message: String?
    public let severity: String?
    /// False when the machine says that the fault is gone.
    public let active: Bool
    /// The machine's own time stamp; machine clocks are often wrong, so order comes from the journal, not from this.
    public let occurredAt: Date?
    /// Which of several equal parts has the fault: an axis, a zone, a station; nil where the machine names none.
    public let instance: String?

    public init(
        code: FaultCode, message: String?, severity: String?, active: Bool, occurredAt: Date?, instance: String? = nil
    ) {
        self.code = code
        self.instance = instance
        self.message = message
        self.severity = severity
        self.active = active
        self.occurredAt = occurredAt
    }
}

/// An event with its place in the journal.
public struct JournaledEvent: Codable, Sendable, Hashable {
    /// Strictly rising, starts at 1.
    public let sequence: Int64
    /// When it entered the journal, see ``JournalEntry/steadySeconds``.
    public let steadySeconds: Double
    public let event: Event

    public init(sequence: Int64, steadySeconds: Double, event: Event) {
        self.sequence = sequence
        self.steadySeconds = steadySeconds
        self.event = event
    }
}
