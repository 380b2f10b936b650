import Domain

/// A block of a document, as every format is reduced to, with the place where it begins; its text has no marks.
struct ManualBlock {
    enum Content {
        case heading(level: Int, text: String)
        /// Lines as they stand; `isMarked` where they begin in bold: `Warning` is a signal word then.
        case paragraph([String], isMarked: Bool)
        /// Whole items with their marks, wrapped lines joined.
        case list([String])
        case quote([String])
        case table(header: [String], rows: [FaultTable.Row])
    }

    var content: Content
    /// From 1; nil in formats without lines.
    var line: Int?
    var page: Int?
    var box: PageBox?
    var isOCR = false
}
