/// Why a manual was refused; nothing of the import it belonged to was applied.
public struct ManualImportError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Codable {
        case unreadable, tooLarge, encoding, unknownFormat, metadata, malformed, duplicate
    }

    public let code: Code
    /// As the caller named it.
    public let file: String
    /// From 1; nil where the fault lies with the whole file.
    public let line: Int?
    /// What was found and what was expected.
    public let message: String

    public init(_ code: Code, file: String, line: Int? = nil, _ message: String) {
        self.code = code
        self.file = file
        self.line = line
        self.message = message
    }

    public var description: String {
        guard let line else { return "\(file): \(message)" }
        return "\(file):\(line): \(message)"
    }
}

/// Something a person should look at; the import went on.
public struct ImportWarning: Codable, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Codable, Sendable {
        case rowWithoutCode = "row-without-code"
        case duplicateCode = "duplicate-code"
        case noRemedy = "no-remedy"
        case shortRow = "short-row"
        case noCodes = "no-codes"
        case longPassageCut = "long-passage-cut"
    }

    public let kind: Kind
    public let line: Int?
    public let message: String

    public init(_ kind: Kind, line: Int?, _ message: String) {
        self.kind = kind
        self.line = line
        self.message = message
    }

    public var description: String {
        guard let line else { return message }
        return "line \(line): \(message)"
    }
}
