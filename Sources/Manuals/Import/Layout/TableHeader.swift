/// The header row of a fault table as it is printed, and where it parts the columns.
struct TableHeader {
    private static let longestLabel = 40
    /// Header labels that wrap take this many lines at most.
    private static let mostLines = 3

    /// A label with the place of its words.
    struct Cell {
        var text: String
        var left: Float
        var right: Float
    }

    let cells: [Cell]
    /// Rows of the page that it takes.
    let rowCount: Int
    let height: Float

    var labels: [String] { cells.map(\.text) }

    /// The header that begins in a row; nil when none does.
    init?(at start: Int, rows: ArraySlice<LayoutRow>, page: LayoutPage) {
        var best: (cells: [Cell], rows: Int, known: Int)?
        var merged: [Cell] = []
        for count in 1...TableHeader.mostLines where start + count <= rows.endIndex {
            let row = rows[start + count - 1]
            if count > 1 {
                guard row.top - rows[start + count - 2].bottom < 0.7 * row.height else { break }
            }
            let segments = LayoutSegment.segments(of: row, on: page)
            guard segments.allSatisfy({ $0.text.count <= TableHeader.longestLabel }) else { break }
            TableHeader.add(segments, to: &merged)
            let known = TableHeader.knownLabels(merged)
            // One more line counts only if it makes more labels known.
            if known > best?.known ?? 1 { best = (merged, count, known) }
        }
        guard let best else { return nil }
        cells = best.cells
        rowCount = best.rows
        height = rows[start].height
    }

    private static func add(_ segments: [LayoutSegment], to cells: inout [Cell]) {
        for segment in segments {
            if let index = cells.firstIndex(where: { $0.left < segment.right && segment.left < $0.right }) {
                cells[index].text = TextCleaning.joinWrapped([cells[index].text, segment.text])
                cells[index].left = min(cells[index].left, segment.left)
                cells[index].right = max(cells[index].right, segment.right)
            } else {
                cells.append(Cell(text: segment.text, left: segment.left, right: segment.right))
            }
        }
        cells.sort { $0.left < $1.left }
    }

    /// How many labels are known; 0 when they don't make a fault table.
    private static func knownLabels(_ cells: [Cell]) -> Int {
        guard cells.count >= 2 else { return 0 }
        let roles = cells.map { ColumnRoles.role(of: $0.text) }
        let codes = cells.indices.filter { roles[$0] == .code || ColumnRoles.mayHeadCodes(cells[$0].text) }
        let tells = cells.indices.filter { [.title, .cause, .remedy].contains(roles[$0]) }
        guard let code = codes.first, tells.contains(where: { $0 != code }) else { return 0 }
        let known = cells.indices.count { roles[$0] != .other || $0 == code }
        return known * 2 >= cells.count ? known : 0
    }

    /// Where columns part: in the widest gap that words leave between two labels.
    ///
    /// - Parameter rows: rows of the table's body; text below it does little harm, it covers all gaps alike.
    func boundaries(rows: ArraySlice<LayoutRow>, page: LayoutPage) -> [Float] {
        zip(cells, cells.dropFirst()).map { left, right in
            TableHeader.gap(from: left.right, to: right.left, rows: rows, page: page)
        }
    }

    /// A place in the widest stretch that the fewest words cover.
    private static func gap(from: Float, to: Float, rows: ArraySlice<LayoutRow>, page: LayoutPage) -> Float {
        let steps = 96
        let width = (to - from) / Float(steps)
        guard width > 0 else { return (from + to) / 2 }
        var covered = [Int](repeating: 0, count: steps)
        for word in rows.lazy.flatMap(\.indexes).map({ page.words[$0] }) where word.right > from && word.left < to {
            let first = max(0, Int((word.left - from) / width))
            let last = min(steps - 1, Int((word.right - from) / width))
            if first <= last { for step in first...last { covered[step] += 1 } }
        }
        let least = covered.min() ?? 0
        var best = 0..<0
        var start: Int?
        for step in 0...steps {
            if step < steps, covered[step] == least {
                start = start ?? step
            } else if let begin = start {
                if step - begin > best.count { best = begin..<step }
                start = nil
            }
        }
        // Columns are aligned on their left as a rule: a place near the gap's right end keeps longer cells whole.
        return from + (Float(best.lowerBound) + Float(best.count) * 0.75) * width
    }
}
