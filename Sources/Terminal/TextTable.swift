/// Rows of cells in columns that line up: the first column to the left, the others, which hold numbers, to the right.
public struct TextTable {
    private static let gap = 2
    private var rows: [[String]]

    /// - Parameter header: the cells of the first row.
    public init(header: [String]) { rows = [header] }

    /// - Parameter cells: as many as the header has; what is missing stays empty.
    public mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The rows, without spaces at their ends.
    public var lines: [String] {
        let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
            rows.map { column < $0.count ? DisplayWidth.cells(of: $0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            let line = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - DisplayWidth.cells(of: row[column]))
                return column == 0 ? row[column] + padding : padding + row[column]
            }.joined(separator: String(repeating: " ", count: Self.gap))
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
