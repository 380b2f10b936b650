import Domain

/// Which metrics of an edge node or device tell faults.
public struct SparkplugProfile: Sendable, Hashable {
    /// The metric that holds the present fault, as a number or text: 0, an empty text or false is none.
    public var code: String?
    /// The metric whose text goes with ``code``.
    public var message: String?
    /// Metrics that are one fault each, there while they are true.
    public var alarms: [MetricPattern]
    public var naming: FaultNaming
    /// Texts that mean "no fault", compared without regard to case.
    public var inactiveTexts: Set<String>

    public init(
        code: String? = nil, message: String? = nil, alarms: [MetricPattern] = [], naming: FaultNaming = FaultNaming(),
        inactiveTexts: Set<String> = []
    ) {
        self.code = code
        self.message = message
        self.alarms = alarms
        self.naming = naming
        self.inactiveTexts = Set(inactiveTexts.map { $0.lowercased() })
    }

    /// A metric's name with `{code}` in it.
    public struct MetricPattern: Sendable, Hashable, CustomStringConvertible {
        private static let placeholder = "{code}"
        private let prefix: String
        private let suffix: String

        /// - Returns: nil without exactly one `{code}`, or beyond 256 bytes.
        public init?(_ text: String) {
            let parts = text.split(separator: MetricPattern.placeholder, omittingEmptySubsequences: false)
            guard parts.count == 2, text.utf8.count <= 256 else { return nil }
            prefix = String(parts[0])
            suffix = String(parts[1])
        }

        public var description: String { prefix + MetricPattern.placeholder + suffix }

        func code(in name: String) -> String? {
            guard name.utf8.count > prefix.utf8.count + suffix.utf8.count, name.hasPrefix(prefix),
                name.hasSuffix(suffix)
            else { return nil }
            return String(name.dropFirst(prefix.count).dropLast(suffix.count))
        }
    }

    /// - Returns: nil for a metric that is no alarm, or whose code no manual could print.
    func alarm(in metric: String) -> FaultSignal? {
        guard let code = alarms.lazy.compactMap({ $0.code(in: metric) }).first,
            let clean = CleanText.clean(code, limit: PayloadReader.codeLimit + 1),
            clean.count <= PayloadReader.codeLimit
        else { return nil }
        return .text(clean)
    }

    /// Of a signal that ``SparkplugFaults`` made; nil where the machine's words are no code.
    func code(of signal: FaultSignal) -> FaultCode? {
        switch signal {
        case .number(let number): FaultCode(naming.code(of: number))
        case .text(let text):
            // Digits in a name are the number that a format is for, and else stay as they are written.
            FaultCode(naming.format == .plain ? text : UInt64(text).map(naming.format.code) ?? text)
        case .unreadable: nil
        }
    }
}

extension SparkplugProfile {
    init(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        var patterns: [MetricPattern] = []
        for text in try map.strings("alarms") ?? [] {
            guard let pattern = MetricPattern(text) else {
                throw map.error(
                    "alarms", expected: "expected names of metrics with {code} in them once, got \"\(text)\"")
            }
            patterns.append(pattern)
        }
        self.init(
            code: try map.string("code"), message: try map.string("message"), alarms: patterns,
            naming: try FaultNaming(keysOf: map), inactiveTexts: Set(try map.strings("inactive_texts") ?? []))
        guard code != nil || !alarms.isEmpty else {
            throw map.error("code", expected: "expected the metric code, or patterns under alarms, or both")
        }
        try map.finish()
    }
}
