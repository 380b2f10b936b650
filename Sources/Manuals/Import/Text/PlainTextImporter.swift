import Domain

/// Imports plain text: tables by the columns that their words stand in, headings by rules, numbers and codes.
public struct PlainTextImporter: ManualImporter {
    public let fileExtensions = ["txt", "text"]
    public let version = 2
    private static let tabWidth = 8

    public init() {}

    public func parse(_ source: ManualSource, _ context: ImportContext) throws(ManualImportError) -> ParsedManual {
        var warnings: [ImportWarning] = []
        let text = try source.text(limits: context.limits, warnings: &warnings)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var metadata = ManualMetadata()
        for index in lines.indices.prefix(context.limits.metadataLines) where lines[index].hasPrefix("#") {
            if lines[index].contains(":") {
                try metadata.take(
                    line: String(lines[index].drop { $0 == "#" }), number: index + 1, file: source.file)
            }
            lines[index] = ""
        }
        let page = try page(of: lines, file: source.file, limits: context.limits)
        var blocks = LayoutDocument.read([page]).blocks
        DocumentMetadata.take(from: &blocks, into: &metadata)
        return try ParsedManual.make(
            from: blocks, metadata: metadata, warnings: warnings, file: source.file, limits: context.limits)
    }

    /// All lines as one tall page; a wide character takes two columns, as in every terminal and editor.
    private func page(
        of lines: [Substring], file: String, limits: ImportLimits
    ) throws(ManualImportError) -> LayoutPage {
        var page = LayoutPage(number: nil, height: Float(lines.count), unit: .characters, words: [])
        for (number, line) in lines.enumerated() {
            guard line.utf8.count <= limits.cellCharacters * limits.columns else {
                throw ManualImportError(
                    .tooLarge, file: file, line: number + 1,
                    "a line of \(line.utf8.count) bytes; the limit is \(limits.cellCharacters * limits.columns)")
            }
            add(line, number: Float(number), to: &page)
        }
        return page
    }

    private func add(_ line: Substring, number: Float, to page: inout LayoutPage) {
        var column = 0
        var word = ""
        var start = 0
        func flush(_ page: inout LayoutPage) {
            guard !word.isEmpty else { return }
            page.words.append(
                LayoutWord(text: word, left: Float(start), top: number, right: Float(column), bottom: number + 1))
            word = ""
        }
        for character in line {
            // Borders of drawn tables part words like blanks do.
            if character.isWhitespace || "|│┃║".contains(character) {
                flush(&page)
                column =
                    character == "\t" ? (column / Self.tabWidth + 1) * Self.tabWidth : column + Self.width(character)
                continue
            }
            if word.isEmpty { start = column }
            word.append(character)
            column += Self.width(character)
        }
        flush(&page)
    }

    private static func width(_ character: Character) -> Int {
        guard let value = character.unicodeScalars.first?.value else { return 0 }
        return character.isCJK || (0x3000...0x303F).contains(value) || (0xFF01...0xFF60).contains(value) ? 2 : 1
    }
}
