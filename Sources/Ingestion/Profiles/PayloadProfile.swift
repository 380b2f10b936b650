import Domain

/// What an event needs of a payload; the raw values name the keys of profiles and the places of patterns.
public enum PayloadField: String, Sendable, Hashable, CaseIterable {
    /// The publisher's own name of the event.
    case id
    case time
    case code
    case message
    case severity
    /// Whether the fault is there, or gone.
    case active
    /// Which of a machine's equal parts has the fault: an axis, a station, a channel.
    case instance
    /// The machine's name, where many publish on one topic.
    case machine
}

/// How an MQTT payload says what an event needs.
public struct PayloadProfile: Sendable, Hashable {
    public enum Format: Sendable, Hashable {
        case json([PayloadField: JSONPointer])
        /// The first pattern that fits.
        case text([TextPattern])
        case csv(CSVLayout)
    }

    public var format: Format
    /// How a code that arrives as a number is written; nil leaves the digits of a text as they are.
    public var codeFormat: CodeFormat?
    /// Texts of the `active` field that mean "the fault is gone", compared without regard to case.
    public var inactiveTexts: Set<String>

    /// The keys of a gateway without a profile of its own.
    public static let standardPointers: [PayloadField: JSONPointer] = [
        .id: JSONPointer(key: "id"), .time: JSONPointer(key: "ts"), .code: JSONPointer(key: "code"),
        .message: JSONPointer(key: "message"), .severity: JSONPointer(key: "severity"),
        .active: JSONPointer(key: "active"), .instance: JSONPointer(key: "instance"),
    ]

    /// True where the payload says which machine it is about, so that many may publish on one topic.
    public var namesMachine: Bool {
        switch format {
        case .json(let pointers): pointers[.machine] != nil
        case .text(let patterns): patterns.contains { $0.fields.contains(.machine) }
        case .csv(let layout): layout.columns.contains(.machine)
        }
    }

    /// The payload that a gateway without a profile of its own publishes.
    public static let standard = PayloadProfile(format: .json(standardPointers))

    public init(format: Format, codeFormat: CodeFormat? = nil, inactiveTexts: Set<String> = []) {
        self.format = format
        self.codeFormat = codeFormat
        self.inactiveTexts = Set(inactiveTexts.map { $0.lowercased() })
    }
}
