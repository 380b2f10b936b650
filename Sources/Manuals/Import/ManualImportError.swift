/// Why a manual was refused; nothing of the import it belonged to was applied.
public struct ManualImportError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Codable {
        case unreadable, tooLarge, encoding, unknownFormat, metadata, malformed, duplicate
        /// The document asks for a password.
        case encrypted
        /// A converter is missing, failed or was stopped at one of its bounds.
        case converter
    }

    public let code: Code
    /// As the caller named it.
    public let file: String
    /// From 1; nil where the fault lies with the whole file.
    public let line: Int?
    /// Of a document with pages, counted from its first.
    public let page: Int?
    /// What was found and what was expected.
    public let message: String

    public init(_ code: Code, file: String, line: Int? = nil, page: Int? = nil, _ message: String) {
        self.code = code
        self.file = file
        self.line = line
        self.page = page
        self.message = message
    }

    public var description: String {
        if let line { return "\(file):\(line): \(message)" }
        if let page { return "\(file), page \(page): \(message)" }
        return "\(file): \(message)"
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
        /// The text was in another encoding than UTF-8.
        case converted = "converted-encoding"
        /// A page that could not be read, or not surely: a person must look at it.
        case pageNeedsEyes = "page-needs-eyes"
        /// A spreadsheet's formula that was saved without its value.
        case formulaWithoutValue = "formula-without-value"
        /// Damage that leaves the text readable, but perhaps not as it was.
        case damagedPart = "damaged-part"
        /// A part of the document, such as a sheet, in which nothing was found.
        case skippedPart = "skipped-part"
    }

    public let kind: Kind
    public let line: Int?
    public let page: Int?
    public let message: String

    public init(_ kind: Kind, line: Int? = nil, page: Int? = nil, _ message: String) {
        self.kind = kind
        self.line = line
        self.page = page
        self.message = message
    }

    public var description: String {
        if let line { return "line \(line): \(message)" }
        if let page { return "page \(page): \(message)" }
        return message
    }
}
