/// Parts a Markdown text into blocks: the subset that manuals are written in.
///
/// Page markers (`<!-- page 12 -->`) set the page of what follows, also inside a table; other comments are skipped.
struct MarkdownBlockParser {
    private let lines: [Substring]
    private let file: String
    private let limits: ImportLimits
    private var index: Int
    private var page: Int?
    private var blocks: [ManualBlock] = []
    private var warnings: [ImportWarning] = []
    private var tableRows = 0

    static func parse(
        _ lines: [Substring], from first: Int, file: String, limits: ImportLimits
    ) throws(ManualImportError) -> (blocks: [ManualBlock], warnings: [ImportWarning]) {
        var parser = MarkdownBlockParser(lines: lines, file: file, limits: limits, index: first)
        try parser.run()
        return (parser.blocks, parser.warnings)
    }

    private init(lines: [Substring], file: String, limits: ImportLimits, index: Int) {
        self.lines = lines
        self.file = file
        self.limits = limits
        self.index = index
    }

    private mutating func run() throws(ManualImportError) {
        while index < lines.count {
            let line = lines[index]
            guard line.utf8.count <= limits.cellCharacters * limits.columns else {
                throw ManualImportError(.tooLarge, file: file, line: index + 1, "the line is too long")
            }
            let bare = line.trimmed
            if bare.isEmpty {
                index += 1
            } else if skipComment(bare) {
                continue
            } else if let (level, text) = heading(bare) {
                append(.heading(level: level, text: text), at: index)
                index += 1
            } else if bare.hasPrefix("```") || bare.hasPrefix("~~~") {
                takeFence(String(bare.prefix(3)))
            } else if bare.hasPrefix(">") {
                takeQuote()
            } else if beginsTable(at: index) {
                try takeTable()
            } else if isListItem(bare) {
                takeList()
            } else {
                takeParagraph()
            }
        }
    }

    private mutating func append(_ content: ManualBlock.Content, at line: Int) {
        blocks.append(ManualBlock(content: content, line: line + 1, page: page))
    }

    /// Skips an HTML comment, over several lines if need be, and takes the page from a page marker.
    private mutating func skipComment(_ bare: String) -> Bool {
        guard bare.hasPrefix("<!--") else { return false }
        var comment = bare
        index += 1
        while !comment.contains("-->"), index < lines.count {
            comment += lines[index]
            index += 1
        }
        let words = comment.dropFirst(4).prefix { $0 != "-" }.split(separator: " ")
        if words.count == 2, words[0].lowercased() == "page" || words[0] == "頁", let number = Int(words[1]) {
            page = number
        }
        return true
    }

    private func heading(_ bare: String) -> (level: Int, text: String)? {
        let level = bare.prefix { $0 == "#" }.count
        guard (1...6).contains(level), bare.dropFirst(level).first?.isWhitespace ?? true else { return nil }
        var text = bare.dropFirst(level).trimmed
        while text.hasSuffix("#") { text.removeLast() }
        return (level, InlineMarkdown.plain(text).trimmed)
    }

    private mutating func takeFence(_ fence: String) {
        let start = index
        index += 1
        var content: [String] = []
        while index < lines.count, !lines[index].trimmed.hasPrefix(fence) {
            content.append(String(lines[index]))
            index += 1
        }
        index += 1
        append(.paragraph(content.map(InlineMarkdown.plain), isMarked: false), at: start)
    }

    private mutating func takeQuote() {
        let start = index
        var content: [String] = []
        while index < lines.count {
            let bare = lines[index].trimmed
            guard bare.hasPrefix(">") else { break }
            content.append(bare.dropFirst().trimmed)
            index += 1
        }
        append(.quote(content.map(InlineMarkdown.plain)), at: start)
    }

    private func isListItem(_ bare: String) -> Bool {
        guard let mark = ListMark(Array(bare.prefix(8)), at: 0) else { return false }
        return mark.length < bare.count
    }

    private mutating func takeList() {
        let start = index
        var items: [String] = []
        while index < lines.count {
            let bare = lines[index].trimmed
            if isListItem(bare) {
                items.append(bare)
            } else if bare.isEmpty {
                // A loose list goes on after a blank line only with another item.
                guard index + 1 < lines.count, isListItem(lines[index + 1].trimmed) else { break }
            } else if lines[index].first?.isWhitespace ?? false, !bare.hasPrefix("<!--") {
                items[items.count - 1] = TextCleaning.joinWrapped([items[items.count - 1], bare])
            } else if heading(bare) == nil, !bare.hasPrefix(">"), !bare.hasPrefix("|"), !bare.hasPrefix("<!--"),
                LabelledLine.parse(bare) == nil, !lines[index - 1].trimmed.isEmpty
            {
                items[items.count - 1] = TextCleaning.joinWrapped([items[items.count - 1], bare])
            } else {
                break
            }
            index += 1
        }
        append(.list(items.map(InlineMarkdown.plain)), at: start)
    }

    private mutating func takeParagraph() {
        let start = index
        var content: [String] = []
        while index < lines.count {
            let bare = lines[index].trimmed
            guard !bare.isEmpty, heading(bare) == nil, !bare.hasPrefix(">"), !bare.hasPrefix("<!--"),
                content.isEmpty || (!isListItem(bare) && !beginsTable(at: index))
            else { break }
            content.append(bare)
            index += 1
        }
        let isMarked = content.first?.hasPrefix("**") ?? false
        append(.paragraph(content.map(InlineMarkdown.plain), isMarked: isMarked), at: start)
    }
}

extension MarkdownBlockParser {
    private func beginsTable(at line: Int) -> Bool {
        line + 1 < lines.count && lines[line].contains("|") && isDelimiterRow(lines[line + 1])
    }

    private func isDelimiterRow(_ line: Substring) -> Bool {
        let bare = line.trimmed
        return bare.contains("-") && bare.contains("|") && bare.allSatisfy { "|-: ".contains($0) }
    }

    private mutating func takeTable() throws(ManualImportError) {
        let start = index
        let header = cells(lines[index])
        guard header.count <= limits.columns else {
            throw ManualImportError(
                .malformed, file: file, line: index + 1, "\(header.count) columns; the limit is \(limits.columns)")
        }
        let firstPage = page
        index += 2
        var rows: [FaultTable.Row] = []
        while index < lines.count {
            let bare = lines[index].trimmed
            if bare.hasPrefix("<!--") {
                // A page break inside the table; the table goes on if a row follows.
                let resume = (index, page)
                _ = skipComment(bare)
                while index < lines.count, lines[index].trimmed.isEmpty { index += 1 }
                guard index < lines.count, lines[index].trimmed.hasPrefix("|"), !beginsOtherTable(at: index, header)
                else {
                    (index, page) = resume
                    break
                }
            } else if bare.contains("|") {
                if isDelimiterRow(lines[index]) || cells(lines[index]) == header {
                    index += 1
                } else {
                    rows.append(try row(columns: header.count))
                }
            } else {
                break
            }
        }
        blocks.append(ManualBlock(content: .table(header: header, rows: rows), line: start + 1, page: firstPage))
    }

    private func beginsOtherTable(at line: Int, _ header: [String]) -> Bool {
        beginsTable(at: line) && cells(lines[line]) != header
    }

    private mutating func row(columns: Int) throws(ManualImportError) -> FaultTable.Row {
        defer { index += 1 }
        tableRows += 1
        guard tableRows <= limits.rows else {
            throw ManualImportError(.tooLarge, file: file, line: index + 1, "more than \(limits.rows) table rows")
        }
        var cells = cells(lines[index])
        guard cells.count <= columns else {
            throw ManualImportError(
                .malformed, file: file, line: index + 1,
                "the row has \(cells.count) columns, its header \(columns); write | inside a cell as \\|")
        }
        if let long = cells.first(where: { $0.count > limits.cellCharacters }) {
            throw ManualImportError(
                .tooLarge, file: file, line: index + 1,
                "a cell of \(long.count) characters; the limit is \(limits.cellCharacters)")
        }
        if cells.count < columns {
            warnings.append(
                ImportWarning(
                    .shortRow, line: index + 1, "the row has \(cells.count) columns, its header \(columns)"))
            cells += Array(repeating: "", count: columns - cells.count)
        }
        return FaultTable.Row(cells: cells, line: index + 1, page: page)
    }

    /// The cells as plain text; `\|` is no border.
    private func cells(_ line: Substring) -> [String] {
        let bare = line.trimmed
        var cells: [String] = []
        var cell = ""
        var isEscaped = false
        for character in bare.hasPrefix("|") ? bare.dropFirst() : bare[...] {
            if character == "|", !isEscaped {
                cells.append(cell)
                cell = ""
            } else {
                cell.append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        if !cell.isEmpty || !bare.hasSuffix("|") { cells.append(cell) }
        return cells.map { InlineMarkdown.plain($0).trimmed }
    }
}
