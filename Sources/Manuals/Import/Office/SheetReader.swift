/// Takes a worksheet's XML events and keeps its cells as they are shown.
final class SheetReader {
    /// Something in a cell that a person should look at.
    struct Doubt {
        let row: Int
        let cell: String
        let reason: String
    }

    private(set) var doubts: [Doubt] = []
    /// Why the sheet cannot be taken: it breaks a bound, or names what the file does not have.
    private(set) var refusal: (row: Int, reason: String, isDamage: Bool)?
    private(set) var lastRow = 0

    private let sharedStrings: [String]
    private let styles: CellStyles
    private let has1904Dates: Bool
    private let limits: ImportLimits
    private var rows: [GridRow] = []
    private var merges: [CellRange] = []
    private var hiddenColumns: [ClosedRange<Int>] = []
    private var isRowHidden = false
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

    init(sharedStrings: [String], styles: CellStyles, has1904Dates: Bool, limits: ImportLimits) {
        self.sharedStrings = sharedStrings
        self.styles = styles
        self.has1904Dates = has1904Dates
        self.limits = limits
    }

    /// - Returns: false when the sheet cannot be taken.
    func take(_ event: XMLEvents.Event) -> Bool {
        switch event {
        case .begin("col", let attributes):
            guard Self.isHidden(attributes, size: "width"), let first = attributes["min"].flatMap({ Int($0) }),
                let last = attributes["max"].flatMap({ Int($0) }), first <= last, hiddenColumns.count < limits.columns
            else { break }
            hiddenColumns.append(first - 1...last - 1)
        case .begin("row", let attributes):
            let number = attributes["r"].flatMap { Int($0) } ?? lastRow + 1
            guard number > lastRow else {
                refuse("row \(attributes["r"] ?? "?") follows row \(lastRow)", isDamage: true)
                break
            }
            lastRow = number
            isRowHidden = Self.isHidden(attributes, size: "ht")
            // Formatting alone makes rows too, a million of them; they hold nothing.
            if rows.last?.cells.isEmpty == true { rows.removeLast() }
            rows.append(GridRow(cells: [], line: lastRow))
            if rows.count > limits.rows {
                refuse("more than \(limits.rows) rows with text in one file; split it", isDamage: false)
            }
        case .begin("c", let attributes):
            cell = OpenCell()
            cell.reference = attributes["r"] ?? ""
            cell.type = attributes["t"] ?? "n"
            cell.style = attributes["s"].flatMap { Int($0) } ?? 0
        case .end("f", _, _): cell.hasFormula = true
        case .end("v", let text, _): cell.value = text
        case .end("t", let text, _): cell.inline += text
        case .end("c", _, _): close()
        case .begin("mergeCell", let attributes):
            // A sheet has no more merged areas than the bound on rows.
            if let range = attributes["ref"].flatMap(CellRange.init), merges.count < limits.rows {
                merges.append(range)
            }
        default: break
        }
        return refusal == nil
    }

    private static func isHidden(_ attributes: [String: String], size: String) -> Bool {
        ["1", "true"].contains(attributes["hidden"]) || attributes[size].flatMap { Double($0) } == 0
    }

    private func refuse(_ reason: String, isDamage: Bool) {
        refusal = refusal ?? (lastRow, isDamage ? reason + "; the file is damaged" : reason, isDamage)
    }

    private func close() {
        guard !rows.isEmpty else { return }
        let column = CellRange.cell(cell.reference)?.column ?? rows[rows.count - 1].cells.count
        guard let style = styles[cell.style] else {
            return refuse(
                "cell \(cell.reference) has format \(cell.style), which the file does not have", isDamage: true)
        }
        var text = shown(style.format)
        guard !text.isEmpty else { return }
        guard column < limits.columns else {
            return refuse("cell \(cell.reference) lies beyond column \(limits.columns)", isDamage: false)
        }
        guard text.utf8.count <= limits.cellCharacters * 4 else {
            return refuse("cell \(cell.reference) is longer than \(limits.cellCharacters) characters", isDamage: false)
        }
        if style.isHidden || isRowHidden || hiddenColumns.contains(where: { $0.contains(column) }) {
            text = HiddenText.marked(text)
        }
        while rows[rows.count - 1].cells.count <= column { rows[rows.count - 1].cells.append(GridCell()) }
        rows[rows.count - 1].cells[column].text = text
    }

    private func shown(_ format: CellFormat) -> String {
        guard let value = cell.value else {
            if cell.hasFormula { doubt("a formula that was saved without its value; open and save the file once") }
            return TextCleaning.visible(cell.inline)
        }
        switch cell.type {
        case "s":
            guard let index = Int(value), sharedStrings.indices.contains(index) else {
                refuse(
                    "cell \(cell.reference) shows text \(value.prefix(20)) of the file's \(sharedStrings.count)",
                    isDamage: true)
                return ""
            }
            return sharedStrings[index]
        case "b": return value == "1" ? "TRUE" : "FALSE"
        case "e":
            doubt("shows the error \(value)")
            return ""
        case "n":
            guard let number = Double(value) else { return TextCleaning.visible(value) }
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
