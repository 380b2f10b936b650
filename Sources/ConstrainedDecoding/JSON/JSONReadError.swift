/// Why a text is not the JSON that was expected, and where.
public struct JSONReadError: Error, Equatable, CustomStringConvertible {
    /// The kind of fault; kinds may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// A byte that RFC 8259 does not allow at its place.
        public static let unexpectedByte = Code(description: "unexpected byte")
        /// The text ended inside a value.
        public static let unexpectedEnd = Code(description: "unexpected end")
        /// An object that has the same key twice.
        public static let duplicateKey = Code(description: "duplicate key")
        /// Containers nested deeper than the limit.
        public static let tooDeep = Code(description: "too deep")
        /// A text longer than the limit.
        public static let tooLong = Code(description: "too long")
        /// A path that selects nothing because it is not written as ``StreamingJSONElements`` expects.
        public static let badPath = Code(description: "bad path")
    }

    public let code: Code
    /// Bytes before the fault, from the start of the text (of the path for ``Code/badPath``).
    public let offset: Int
    /// What stood there and what was expected.
    public let detail: String

    public var description: String { "\(code) at byte \(offset): \(detail)" }
}
