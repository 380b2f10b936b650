/// Why a JSON Schema cannot be turned into a grammar, and where in the schema.
public struct SchemaError: Error, Equatable, CustomStringConvertible {
    /// The kind of fault; kinds may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// The schema's text is not JSON.
        public static let malformed = Code(description: "malformed schema")
        /// A keyword or a form of it that is outside the subset of ``JSONSchema``.
        public static let unsupported = Code(description: "unsupported schema")
        /// A keyword's value has the wrong type or contradicts another.
        public static let invalid = Code(description: "invalid schema")
        /// More than ``SchemaLimits`` allow.
        public static let tooLarge = Code(description: "schema too large")
    }

    public let code: Code
    /// A JSON pointer (RFC 6901) into the schema, `#` being its root.
    public let path: String
    /// What stood there and what was expected.
    public let detail: String

    public var description: String { "\(code) at \(path): \(detail)" }

    /// The pointer to the schema of a property of the object schema at `path`.
    static func path(toProperty key: String, in path: String) -> String {
        let token = key.flatMap { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }
        return path + "/properties/" + String(token)
    }
}
