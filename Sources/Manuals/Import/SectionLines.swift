import Domain

/// A line of a section's text with what it is for.
struct SectionLine {
    var text: String
    var role: ColumnRole
    var isListItem: Bool
    var page: Int?
    /// Of the block that it belongs to.
    var box: PageBox?
    var isOCR: Bool
}

/// Reduces a section's blocks to lines of plain text, safety blocks apart.
enum SectionLines {
    static func make(from section: ManualSection) -> [SectionLine] {
        var lines: [SectionLine] = []
        // A label alone in its line ("處置：") names what follows; one with text names that text only.
        var role = ColumnRole.other
        for block in section.blocks where safety(in: block).isEmpty {
            for (text, isListItem) in plainLines(of: block) {
                var line = SectionLine(
                    text: text, role: role, isListItem: isListItem, page: block.page, box: block.box,
                    isOCR: block.isOCR)
                if !isListItem, let label = LabelledLine.parse(text) {
                    line.role = label.role
                    role = label.value.isEmpty ? label.role : .other
                }
                lines.append(line)
            }
        }
        return lines
    }

    /// The safety blocks that a quote or paragraph consists of; empty for any other block.
    static func safety(in block: ManualBlock) -> [SafetyBlock] {
        switch block.content {
        case .quote(let lines):
            return SafetyExtractor.extract(from: lines, isMarked: true, spansLines: true).blocks
        case .paragraph(let lines, let isMarked):
            guard let first = lines.first, SafetyExtractor.signal(in: first, isMarked: isMarked) != nil else {
                return []
            }
            return SafetyExtractor.extract(from: lines, isMarked: isMarked, spansLines: true).blocks
        case .heading, .list, .table:
            return []
        }
    }

    private static func plainLines(of block: ManualBlock) -> [(text: String, isListItem: Bool)] {
        switch block.content {
        case .heading: return []
        case .paragraph(let lines, _), .quote(let lines): return paragraphLines(lines).map { ($0, false) }
        case .list(let items): return items.map { (listItem($0), true) }
        case .table(let header, let rows):
            guard FaultTable(header: header, rows: rows) == nil else { return [] }
            return rows.map { (tableLine(header: header, cells: $0.cells), false) }.filter { !$0.0.isEmpty }
        }
    }

    /// Joins lines that only the editor's width parted; a labelled line begins anew.
    private static func paragraphLines(_ lines: [String]) -> [String] {
        var joined: [String] = []
        for line in lines.flatMap({ $0.split(separator: "\n").map(String.init) }) {
            let bare = line.trimmed
            guard bare.contains(where: { $0.isLetter || $0.isNumber }) else { continue }
            if let last = joined.last, LabelledLine.parse(bare) == nil,
                LabelledLine.parse(last).map({ !$0.value.isEmpty }) ?? true
            {
                joined[joined.count - 1] = TextCleaning.joinWrapped([last, bare])
            } else {
                joined.append(bare)
            }
        }
        return joined
    }

    /// Keeps `1. ` and `①`, writes every bullet as `- `.
    private static func listItem(_ item: String) -> String {
        let characters = Array(item)
        guard !characters.isEmpty, let mark = ListMark(characters, at: 0), mark.style == .bullet else {
            return TextCleaning.singleSpaced(item)
        }
        return "- " + TextCleaning.singleSpaced(String(characters[mark.length...]))
    }

    private static func tableLine(header: [String], cells: [String]) -> String {
        let parts = zip(header, cells).compactMap { header, cell -> String? in
            let value = TextCleaning.singleSpaced(cell)
            guard !value.isEmpty else { return nil }
            return header.isEmpty ? value : LabelledLine.make(label: header, value: value)
        }
        return parts.joined(separator: header.contains(where: \.containsCJK) ? "；" : "; ")
    }
}
