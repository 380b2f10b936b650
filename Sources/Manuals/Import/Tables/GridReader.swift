import Domain

/// A cell of a spreadsheet or of a document's table.
struct GridCell: Hashable {
    var text = ""
    /// It lies under a cell that is merged downwards, whose text it repeats.
    var isCovered = false
}

/// A row of cells with its place.
struct GridRow {
    var cells: [GridCell]
    /// From 1; nil in formats without lines.
    var line: Int?
    /// One cell takes the row's whole width.
    var isSpanned = false

    var texts: [String] { cells.map(\.text) }
    var isBlank: Bool { cells.allSatisfy { $0.text.trimmed.isEmpty } }
}

/// Finds the fault tables in a grid of cells: below titles and notes, one below the other, with group rows and merged
/// cells.
enum GridReader {
    private static let groupLevel = 6
    private static let longestLabel = 40
    /// Rows below a header that show what its columns hold.
    private static let sampleRows = 20

    private struct Header {
        let labels: [String]
        let codeColumn: Int
        let rows: Int
    }

    /// - Parameter keepsTables: a grid without a fault table stays a table; else its rows become text.
    static func blocks(of all: [GridRow], keepsTables: Bool) -> [ManualBlock] {
        let rows = all.filter { !$0.isBlank }
        var blocks: [ManualBlock] = []
        var open: (header: Header, rows: [FaultTable.Row])?
        func close() {
            guard let table = open, !table.rows.isEmpty else { return }
            blocks.append(
                ManualBlock(
                    content: .table(header: table.header.labels, rows: table.rows), line: table.rows.first?.line))
            open?.rows = []
        }
        var index = 0
        while index < rows.count {
            let row = rows[index]
            if let header = header(at: index, rows) {
                if header.labels != open?.header.labels {
                    close()
                    open = (header, [])
                }
                index += header.rows
                continue
            }
            if let table = open {
                if let name = groupName(row, table.header) {
                    close()
                    blocks.append(group(name, row))
                } else {
                    open?.rows.append(tableRow(row, table.header))
                }
            } else if keepsTables, index == 0, !rows.indices.contains(where: { self.header(at: $0, rows) != nil }) {
                return plain(rows)
            } else {
                blocks.append(text([row]))
            }
            index += 1
        }
        close()
        return blocks
    }

    /// The header of one or two rows that begins here; nil when none does.
    private static func header(at index: Int, _ rows: [GridRow]) -> Header? {
        let row = rows[index]
        guard isLabelRow(row) else { return nil }
        let body = rows[(index + 1)...].prefix(sampleRows).map(\.texts)
        if let header = header(row.texts, body: body, rows: 1) { return header }
        guard index + 1 < rows.count, isLabelRow(rows[index + 1]) else { return nil }
        let lower = rows[index + 1].texts
        let labels = row.texts.indices.map { column in
            let below = column < lower.count ? lower[column] : ""
            return ColumnRoles.role(of: below) != .other ? below : row.texts[column]
        }
        return header(labels, body: body.dropFirst().map { $0 }, rows: 2)
    }

    private static func header(_ labels: [String], body: [[String]], rows: Int) -> Header? {
        let width = labels.count
        let padded = body.map { Array(($0 + Array(repeating: "", count: max(0, width - $0.count))).prefix(width)) }
        guard let roles = ColumnRoles.roles(ofHeader: labels, rows: padded), let code = roles.firstIndex(of: .code)
        else { return nil }
        return Header(labels: labels.map(TextCleaning.singleSpaced), codeColumn: code, rows: rows)
    }

    private static func isLabelRow(_ row: GridRow) -> Bool {
        !row.isSpanned && row.cells.count { !$0.text.isEmpty } >= 2
            && row.cells.allSatisfy { $0.text.utf8.count <= longestLabel * 3 }
    }

    /// What a row says that names the group of faults below it; nil for a fault's row.
    private static func groupName(_ row: GridRow, _ header: Header) -> String? {
        let filled = row.cells.indices.filter { !row.cells[$0].text.trimmed.isEmpty }
        guard let first = filled.first, row.isSpanned || (filled == [header.codeColumn] && header.labels.count > 2)
        else { return nil }
        let text = row.cells[first].text
        return CodeRecognizer.codes(inCell: text).isEmpty ? text : nil
    }

    private static func group(_ name: String, _ row: GridRow) -> ManualBlock {
        let lines = name.split(separator: "\n").map(String.init)
        if let first = lines.first, SafetyExtractor.signal(in: first, isMarked: true) != nil {
            return ManualBlock(content: .quote(lines), line: row.line)
        }
        return ManualBlock(content: .heading(level: groupLevel, text: TextCleaning.singleSpaced(name)), line: row.line)
    }

    /// A row whose code is merged downwards from the row above continues that one: what else it repeats is left out.
    private static func tableRow(_ row: GridRow, _ header: Header) -> FaultTable.Row {
        let continues = header.codeColumn < row.cells.count && row.cells[header.codeColumn].isCovered
        let cells = header.labels.indices.map { column -> String in
            guard column < row.cells.count else { return "" }
            return continues && row.cells[column].isCovered ? "" : row.cells[column].text
        }
        return FaultTable.Row(cells: cells, line: row.line, page: nil)
    }

    /// A table of another kind: boxes around a warning or a text are no tables.
    private static func plain(_ rows: [GridRow]) -> [ManualBlock] {
        let width = rows.map(\.cells.count).max() ?? 0
        let lines = rows.flatMap(\.texts).flatMap { $0.split(separator: "\n").map(String.init) }
        if width <= 2, let first = lines.first, SafetyExtractor.signal(in: first, isMarked: true) != nil {
            return [ManualBlock(content: .quote(lines), line: rows.first?.line)]
        }
        guard width > 1, rows.count > 1, let header = rows.first else { return [text(rows)] }
        let labels = header.texts + Array(repeating: "", count: width - header.cells.count)
        let body = rows.dropFirst().map { row in
            FaultTable.Row(
                cells: row.texts + Array(repeating: "", count: width - row.cells.count), line: row.line, page: nil)
        }
        return [ManualBlock(content: .table(header: labels, rows: body), line: header.line)]
    }

    private static func text(_ rows: [GridRow]) -> ManualBlock {
        let lines = rows.map { row in row.texts.filter { !$0.trimmed.isEmpty }.joined(separator: " ") }
        return ManualBlock(
            content: .paragraph(lines.flatMap { $0.split(separator: "\n").map(String.init) }, isMarked: false),
            line: rows.first?.line)
    }
}
