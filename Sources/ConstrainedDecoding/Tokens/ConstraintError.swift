/// Why tokens cannot be held to a grammar.
public struct ConstraintError: Error, Equatable, CustomStringConvertible {
    /// The kind of fault; kinds may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// A vocabulary that no document could be written with.
        public static let badVocabulary = Code(description: "bad vocabulary")
        /// A token id outside the vocabulary.
        public static let unknownToken = Code(description: "unknown token")
        /// A token that may not come next.
        public static let notAllowed = Code(description: "token not allowed")
    }

    public let code: Code
    /// The token it is about, nil when it is about the whole vocabulary.
    public let token: Int32?
    /// What stood there and what was expected.
    public let detail: String

    public var description: String { token.map { "\(code) \($0): \(detail)" } ?? "\(code): \(detail)" }
}
