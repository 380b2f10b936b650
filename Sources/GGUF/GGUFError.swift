/// Why a GGUF file could not be read or written: which file, which place in it, and what was expected there.
public struct GGUFError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of failure. More codes may be added; compare, do not switch exhaustively.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        /// The file ends before something that its header promises.
        public static let truncated = Code(description: "truncated")
        /// The file does not start with `GGUF`.
        public static let badMagic = Code(description: "not a GGUF file")
        /// The format version is not 3.
        public static let unsupportedVersion = Code(description: "unsupported version")
        /// A field holds something that the format or a limit of this reader forbids.
        public static let badField = Code(description: "bad field")
        /// A tensor is stored in a format that this build cannot compute with.
        public static let unsupportedType = Code(description: "unsupported type")
        /// A metadata key or tensor that the caller needs is not in the file.
        public static let missing = Code(description: "missing")
        /// The operating system refused.
        public static let io = Code(description: "file error")
    }

    public let code: Code
    /// The file, as the caller named it.
    public let path: String
    /// The place in the file, such as `tensor "output.weight", offset`.
    public let field: String
    /// What was found and what was expected.
    public let detail: String

    public init(_ code: Code, path: String, field: String, detail: String) {
        self.code = code
        self.path = path
        self.field = field
        self.detail = detail
    }

    public var description: String {
        "\(path): \(field): \(detail) (\(code))"
    }
}
