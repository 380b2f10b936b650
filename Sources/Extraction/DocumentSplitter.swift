/// A piece of the input that gives one record.
public struct SourceDocument: Sendable, Hashable {
    /// The line that it begins on, from 1.
    public let line: Int
    public let content: Content

    public enum Content: Sendable, Hashable {
        case text(String)
        /// Why it cannot be read.
        case unreadable(String)
    }

    public init(line: Int, content: Content) {
        self.line = line
        self.content = content
    }
}

/// Cuts input into documents as it comes, in bounded memory.
public struct DocumentSplitter: Sendable {
    /// The longest document that is read, in bytes; of a longer one nothing is.
    public static let documentBytesLimit = 1 << 20

    private let input: ExtractionTask.Input
    private let limit: Int
    /// From its first character on that is not blank.
    private var document: [UInt8] = []
    private var documentLine = 1
    private var isTooLong = false
    private var line = 1
    private var isLineBlank = true

    public init(_ input: ExtractionTask.Input, documentBytesLimit: Int = Self.documentBytesLimit) {
        self.input = input
        limit = documentBytesLimit
    }

    /// - Returns: the documents that these bytes complete.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> [SourceDocument] {
        var documents: [SourceDocument] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                keep(byte)
                continue
            }
            if endsDocument { documents += [takeDocument()].compactMap(\.self) } else { keep(byte) }
            line += 1
            isLineBlank = true
        }
        return documents
    }

    /// - Returns: what the end of the input completes.
    public mutating func finish() -> SourceDocument? { takeDocument() }

    /// Whether the line end that comes now ends a document.
    private var endsDocument: Bool {
        switch input {
        case .line: true
        case .paragraph: isLineBlank
        case .document: false
        }
    }

    private mutating func keep(_ byte: UInt8) {
        let isBlank = Self.isBlank(byte)
        if !isBlank { isLineBlank = false }
        guard !isTooLong, !document.isEmpty || !isBlank else { return }
        if document.isEmpty { documentLine = line }
        document.append(byte)
        guard document.count > limit else { return }
        isTooLong = true
        document = []
    }

    private mutating func takeDocument() -> SourceDocument? {
        defer {
            document = []
            isTooLong = false
        }
        guard !isTooLong else {
            return SourceDocument(
                line: documentLine, content: .unreadable("expected at most \(limit) bytes for one record"))
        }
        let content = document.dropLast(document.reversed().prefix(while: Self.isBlank).count)
        guard !content.isEmpty else { return nil }
        guard let text = String(validating: content, as: UTF8.self) else {
            return SourceDocument(line: documentLine, content: .unreadable("expected UTF-8 text"))
        }
        return SourceDocument(line: documentLine, content: .text(text))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
