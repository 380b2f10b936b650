import Domain

/// Reduces a pandoc document to the blocks that every format shares.
struct PandocBlocks {
    private static let widestTable = 64
    private var blocks: [ManualBlock] = []

    static func make(from document: [PandocBlock]) -> [ManualBlock] {
        var reader = PandocBlocks()
        for block in document { reader.take(block) }
        return reader.blocks
    }

    private mutating func take(_ block: PandocBlock) {
        switch block {
        case .heading(let level, let text):
            append(.heading(level: min(max(level, 1), 6), text: TextCleaning.singleSpaced(Self.visible(text.text))))
        case .paragraph(let text): append(.paragraph(Self.lines(text.text), isMarked: text.isMarked))
        case .lines(let lines): append(.paragraph(lines.flatMap(Self.lines), isMarked: false))
        case .quote(let inner): append(.quote(inner.flatMap(Self.lines(of:))))
        case .list(let isNumbered, let start, let items):
            append(.list(Self.items(items, isNumbered: isNumbered, start: start)))
        case .definitions(let definitions):
            for definition in definitions {
                let meaning = definition.meanings.flatMap { $0.flatMap(Self.lines(of:)) }
                let term = Self.visible(definition.term.text).trimmed
                append(.paragraph([LabelledLine.make(label: term, value: meaning.first ?? "")], isMarked: false))
                append(.paragraph(Array(meaning.dropFirst()), isMarked: false))
            }
        case .table(let table): blocks += GridReader.blocks(of: Self.grid(of: table), keepsTables: true)
        case .group(let inner): for block in inner { take(block) }
        case .other: break
        }
    }

    private mutating func append(_ content: ManualBlock.Content) {
        switch content {
        case .paragraph(let lines, _) where lines.isEmpty: break
        case .quote(let lines) where lines.isEmpty: break
        case .list(let items) where items.isEmpty: break
        default: blocks.append(ManualBlock(content: content))
        }
    }

    /// The text of a block inside a cell, an item or a quotation, line by line.
    private static func lines(of block: PandocBlock) -> [String] {
        switch block {
        case .heading(_, let text), .paragraph(let text): lines(text.text)
        case .lines(let lines): lines.flatMap(Self.lines)
        case .quote(let inner), .group(let inner): inner.flatMap(lines(of:))
        case .list(let isNumbered, let start, let items): Self.items(items, isNumbered: isNumbered, start: start)
        case .definitions(let definitions):
            definitions.flatMap { [visible($0.term.text)] + $0.meanings.flatMap { $0.flatMap(lines(of:)) } }
        case .table(let table): grid(of: table).map { $0.texts.filter { !$0.isEmpty }.joined(separator: "; ") }
        case .other: []
        }
    }

    private static func items(_ items: [[PandocBlock]], isNumbered: Bool, start: Int) -> [String] {
        items.enumerated().flatMap { index, item -> [String] in
            // Inner lists stay items of their own below the item that they belong to.
            let texts = item.map(lines(of:))
            guard let first = texts.first, !first.isEmpty else { return [] }
            let mark = isNumbered ? "\(start + index). " : "- "
            return [mark + TextCleaning.joinWrapped(first)] + texts.dropFirst().flatMap { $0 }
        }
    }

    private static func lines(_ text: String) -> [String] {
        visible(text).split(separator: "\n").map { TextCleaning.singleSpaced(String($0)) }.filter { !$0.isEmpty }
    }

    private static func visible(_ text: String) -> String { TextCleaning.visible(text) }

    /// Lays merged cells out: what is merged downwards is repeated and marked, what is merged to the right is not.
    private static func grid(of table: PandocTable) -> [GridRow] {
        let width = min(table.columns, widestTable)
        var covered: [Int: (text: String, rows: Int)] = [:]
        return table.rows.map { row in
            var cells = [GridCell](repeating: GridCell(), count: width)
            var column = 0
            var isSpanned = false
            func takeCovered() {
                while column < width, let above = covered[column] {
                    cells[column] = GridCell(text: above.text, isCovered: true)
                    covered[column] = above.rows > 1 ? (above.text, above.rows - 1) : nil
                    column += 1
                }
            }
            for cell in row {
                takeCovered()
                guard column < width else { break }
                let text = cell.blocks.flatMap(lines(of:)).joined(separator: "\n")
                cells[column].text = text
                if cell.columns >= width, width > 1 { isSpanned = true }
                for offset in 0..<max(1, min(cell.columns, width - column)) where cell.rows > 1 {
                    covered[column + offset] = (offset == 0 ? text : "", cell.rows - 1)
                }
                column += max(1, cell.columns)
            }
            takeCovered()
            return GridRow(cells: cells, isSpanned: isSpanned)
        }
    }
}
