/// What keeps the appliance from starting or from doing what a command asks.
public struct ApplianceError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The configuration file or an environment variable holds something else than expected.
        public static let configuration = Code("configuration")
        public static let dataDirectory = Code("dataDirectory")
        /// A file that ships with Andon is missing.
        public static let shippedFile = Code("shippedFile")
        public static let model = Code("model")
        /// The broker, the socket or another service does not answer.
        public static let serviceDown = Code("serviceDown")
        /// A question that holds nothing to look up.
        public static let question = Code("question")
        public static let unknownMachine = Code("unknownMachine")
        /// A configuration whose rules of alarms are not the journal's.
        public static let rules = Code("rules")
        /// A machine that may not be reset, or an order that is not confirmed.
        public static let reset = Code("reset")
    }

    public let code: Code
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public var description: String { detail }
}
