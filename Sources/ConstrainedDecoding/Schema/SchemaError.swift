/// Why a JSON Schema cannot be turned into a grammar, and where in the schema.
public struct SchemaError: Error, Equatable, CustomStringConvertible {
    /// The kind of fault; kinds may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// The schema's text is not JSON.
        public static let malformed = Code(description: "malformed schema")
        /// A keyword or a form of it that is outside what ``JSONSchema`` holds to.
        public static let unsupported = Code(description: "unsupported schema")
        /// A keyword's value has the wrong type or contradicts another.
        public static let invalid = Code(description: "invalid schema")
        /// No document fits, or none that ends.
        public static let unsatisfiable = Code(description: "unsatisfiable schema")
        /// More than ``SchemaLimits`` allow.
        public static let tooLarge = Code(description: "schema too large")
    }

    public let code: Code
    /// A JSON pointer (RFC 6901) into the schema, `#` being its root.
    public let path: String
    /// What stood there and what was expected.
    public let detail: String

    public var description: String { "\(code) at \(path): \(detail)" }

    init(code: Code, path: String, detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    init(_ error: PatternError, path: String) {
        self.init(code: error.code, path: path, detail: error.detail)
    }
}
