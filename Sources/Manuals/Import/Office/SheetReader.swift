/// Takes a worksheet's XML events and keeps its cells as they are shown.
final class SheetReader {
    /// Something in a cell that a person should look at.
    struct Doubt {
        let row: Int
        let cell: String
        let reason: String
    }

    private(set) var doubts: [Doubt] = []
    /// The bound that the sheet broke.
    private(set) var excess: (row: Int, reason: String)?
    private(set) var lastRow = 0

    private let sharedStrings: [String]
    private let formats: [CellFormat]
    private let has1904Dates: Bool
    private let limits: ImportLimits
    private var rows: [GridRow] = []
    private var merges: [CellRange] = []
    private var cell = OpenCell()

    private static let mostDoubts = 100

    private struct OpenCell {
        var reference = ""
        var type = "n"
        var style = 0
        var value: String?
        var hasFormula = false
        var inline = ""
    }

    init(sharedStrings: [String], formats: [CellFormat], has1904Dates: Bool, limits: ImportLimits) {
        self.sharedStrings = sharedStrings
        self.formats = formats
        self.has1904Dates = has1904Dates
        self.limits = limits
    }

    /// - Returns: false when a bound is broken.
    func take(_ event: XMLEvents.Event) -> Bool {
        switch event {
        case .begin("row", let attributes):
            lastRow = attributes["r"].flatMap { Int($0) } ?? lastRow + 1
            rows.append(GridRow(cells: [], line: lastRow))
            if rows.count > limits.rows { excess = (lastRow, "more than \(limits.rows) rows") }
        case .begin("c", let attributes):
            cell = OpenCell()
            cell.reference = attributes["r"] ?? ""
            cell.type = attributes["t"] ?? "n"
            cell.style = attributes["s"].flatMap { Int($0) } ?? 0
        case .end("f", _): cell.hasFormula = true
        case .end("v", let text): cell.value = text
        case .end("t", let text): cell.inline += text
        case .end("c", _): close()
        case .begin("mergeCell", let attributes):
            // A sheet has no more merged areas than the bound on rows.
            if let range = attributes["ref"].flatMap(CellRange.init), merges.count < limits.rows {
                merges.append(range)
            }
        default: break
        }
        return excess == nil
    }

    private func close() {
        guard !rows.isEmpty else { return }
        let column = CellRange.cell(cell.reference)?.column ?? rows[rows.count - 1].cells.count
        let text = shown()
        guard !text.isEmpty else { return }
        guard column < limits.columns else {
            excess = (lastRow, "cell \(cell.reference) lies beyond column \(limits.columns)")
            return
        }
        guard text.utf8.count <= limits.cellCharacters * 4 else {
            excess = (lastRow, "cell \(cell.reference) is longer than \(limits.cellCharacters) characters")
            return
        }
        while rows[rows.count - 1].cells.count <= column { rows[rows.count - 1].cells.append(GridCell()) }
        rows[rows.count - 1].cells[column].text = text
    }

    private func shown() -> String {
        guard let value = cell.value else {
            if cell.hasFormula { doubt("a formula that was saved without its value; open and save the file once") }
            return TextCleaning.visible(cell.inline)
        }
        switch cell.type {
        case "s": return Int(value).flatMap { sharedStrings.indices.contains($0) ? sharedStrings[$0] : nil } ?? ""
        case "b": return value == "1" ? "TRUE" : "FALSE"
        case "e":
            doubt("shows the error \(value)")
            return ""
        case "n":
            guard let number = Double(value) else { return TextCleaning.visible(value) }
            let format = formats.indices.contains(cell.style) ? formats[cell.style] : .general
            return format.text(of: number, has1904Dates: has1904Dates)
        default: return TextCleaning.visible(value)
        }
    }

    private func doubt(_ reason: String) {
        if doubts.count < SheetReader.mostDoubts {
            doubts.append(Doubt(row: lastRow, cell: cell.reference, reason: reason))
        }
    }

    /// The rows with merged cells repeated downwards and marked.
    func laidOutRows() -> [GridRow] {
        var rows = rows
        let width = rows.map(\.cells.count).max() ?? 0
        let places = Dictionary(rows.indices.map { (rows[$0].line ?? 0, $0) }, uniquingKeysWith: { first, _ in first })
        for range in merges where range.first.column < width {
            guard let top = places[range.first.row] else { continue }
            let text = range.first.column < rows[top].cells.count ? rows[top].cells[range.first.column].text : ""
            if range.first.column == 0, range.last.column + 1 >= width, range.first.row == range.last.row, width > 1 {
                rows[top].isSpanned = true
            }
            guard range.last.row > range.first.row else { continue }
            for line in (range.first.row + 1)...min(range.last.row, lastRow) {
                guard let row = places[line] else { continue }
                while rows[row].cells.count <= range.first.column { rows[row].cells.append(GridCell()) }
                rows[row].cells[range.first.column] = GridCell(text: text, isCovered: true)
            }
        }
        for row in rows.indices {
            rows[row].cells += Array(repeating: GridCell(), count: width - rows[row].cells.count)
        }
        return rows
    }
}

/// `A2:C4`; rows from 1, columns from 0.
struct CellRange {
    let first: (row: Int, column: Int)
    let last: (row: Int, column: Int)

    init?(_ reference: String) {
        let ends = reference.split(separator: ":").compactMap { CellRange.cell(String($0)) }
        guard let first = ends.first, let last = ends.last, first.row <= last.row, first.column <= last.column else {
            return nil
        }
        self.first = first
        self.last = last
    }

    /// Row and column of `B12`.
    static func cell(_ reference: String) -> (row: Int, column: Int)? {
        let letters = reference.prefix { $0.isASCII && $0.isLetter }
        guard (1...3).contains(letters.count), let row = Int(reference.dropFirst(letters.count)), row > 0 else {
            return nil
        }
        let number = letters.uppercased().utf8.reduce(0) { $0 * 26 + Int($1) - 64 }
        return (row, number - 1)
    }
}
