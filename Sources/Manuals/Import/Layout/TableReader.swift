import Domain

/// Reads the rows of one fault table from the places of its words, also over page ends.
struct TableReader {
    /// Columns of the table with the places where they part, on the page being read.
    struct Geometry {
        let labels: [String]
        let boundaries: [Float]
        /// Of the table's print; a heading is larger.
        let height: Float
        let codeColumn: Int
        let titleColumn: Int

        init(_ header: TableHeader, body: ArraySlice<LayoutRow>, page: LayoutPage) {
            labels = header.labels
            boundaries = header.boundaries(rows: body, page: page)
            height = header.height
            let roles = labels.map(ColumnRoles.role(of:))
            let code = roles.firstIndex(of: .code) ?? labels.firstIndex(where: ColumnRoles.mayHeadCodes) ?? 0
            codeColumn = code
            titleColumn =
                roles.firstIndex(of: .title) ?? roles.indices.first { $0 != code && roles[$0] != .other } ?? code
        }

        func column(of word: LayoutWord) -> Int {
            let middle = (word.left + word.right) / 2
            return boundaries.firstIndex { middle < $0 } ?? boundaries.count
        }

        func cells(of row: LayoutRow, on page: LayoutPage) -> [[Int]] {
            var cells = [[Int]](repeating: [], count: labels.count)
            for index in row.indexes { cells[column(of: page.words[index])].append(index) }
            return cells
        }

        /// A row of one piece that runs over a column's end: a group's name, or text below the table.
        func isSpanned(by row: LayoutRow, on page: LayoutPage) -> Bool {
            let segments = LayoutSegment.segments(of: row, on: page)
            guard segments.count == 1, let segment = segments.first else { return false }
            let tolerance = row.height * (page.unit == .points ? 0.5 : 0)
            return boundaries.contains { segment.left + tolerance < $0 && $0 < segment.right - tolerance }
        }

        func hasCode(_ row: LayoutRow, on page: LayoutPage) -> Bool {
            let cell = cells(of: row, on: page)[codeColumn]
            return !cell.isEmpty && !CodeRecognizer.codes(inCell: page.text(of: cell)).isEmpty
        }

        /// A row that could be one of this table's without its header above: a code and something beside it.
        func begins(with row: LayoutRow, on page: LayoutPage) -> Bool {
            !isSpanned(by: row, on: page) && !page.isLarger(row, than: height) && hasCode(row, on: page)
                && cells(of: row, on: page).count { !$0.isEmpty } >= 2
        }
    }

    let geometry: Geometry

    /// How many of these rows belong to the table, from the first on.
    func extent(of rows: ArraySlice<LayoutRow>, on page: LayoutPage) -> Int {
        var bottom = rows.first?.top ?? 0
        for (offset, row) in rows.enumerated() {
            if row.isRule(on: page) {
                bottom = max(bottom, row.bottom)
                continue
            }
            let gap = (row.top - bottom) / max(row.height, 0.1)
            let hasCode = geometry.hasCode(row, on: page)
            let isFar = page.unit == .points ? gap > 2.2 : gap >= 1
            if offset > 0, isFar, !hasCode || gap > 8 { return offset }
            if page.isLarger(row, than: geometry.height) || geometry.isSpanned(by: row, on: page)
                || isWarning(row, on: page)
                || TableHeader(at: rows.startIndex + offset, rows: rows, page: page) != nil
            {
                return offset
            }
            bottom = max(bottom, row.bottom)
        }
        return rows.count
    }

    /// A line of one piece that begins with a signal word is no cell.
    private func isWarning(_ row: LayoutRow, on page: LayoutPage) -> Bool {
        let text = page.text(of: row.indexes)
        return SafetyExtractor.signal(in: text, isMarked: false) != nil
            && LayoutSegment.segments(of: row, on: page).count == 1
    }

    /// The table's rows as the manual means them: lines of one row are parted by less than rows are, or a code begins
    /// each.
    func rows(from all: ArraySlice<LayoutRow>, on page: LayoutPage) -> [FaultTable.Row] {
        let lines = all.filter { !$0.isRule(on: page) }
        let cells = lines.map { geometry.cells(of: $0, on: page) }
        let bands = bands(of: lines)
        var groups: [[Int]] = []
        for band in bands {
            var group: [Int] = []
            for line in band {
                if !group.isEmpty,
                    beginsRow(cells[line], after: group.map { cells[$0] }, isParted: bands.count > 1, on: page)
                {
                    groups.append(group)
                    group = []
                }
                group.append(line)
            }
            groups.append(group)
        }
        return groups.filter { !$0.isEmpty }.map { group in
            let indexes = group.flatMap { lines[$0].indexes }
            let texts = geometry.labels.indices.map { column in
                CellText.join(group.map { page.text(of: cells[$0][column]) })
            }
            return FaultTable.Row(
                cells: texts, line: page.unit == .characters ? Int(lines[group[0]].top) + 1 : nil,
                page: page.number, box: page.box(of: indexes), isOCR: page.isOCR)
        }
    }

    /// A code with the fault's name beside it begins a row, unless the code above announces another one.
    ///
    /// - Parameter isParted: gaps part the rows; then lines above a band's first code are the upper part of its cells,
    ///   which are centred, else they end the row before.
    private func beginsRow(
        _ line: [[Int]], after group: [[[Int]]], isParted: Bool, on page: LayoutPage
    ) -> Bool {
        let code = page.text(of: line[geometry.codeColumn])
        guard !CodeRecognizer.codes(inCell: code).isEmpty else { return false }
        let above = group.map { page.text(of: $0[geometry.codeColumn]) }.filter { !$0.isEmpty }
        guard let last = above.last else { return !isParted }
        if last.last.map({ "/,、，;；~～–—-".contains($0) }) ?? false { return false }
        return !line[geometry.titleColumn].isEmpty
    }

    /// Groups lines at the gaps that are clearly wider than the smallest.
    private func bands(of lines: [LayoutRow]) -> [[Int]] {
        var gaps: [Float] = []
        var bottom: Float?
        for line in lines {
            gaps.append(bottom.map { line.top - $0 } ?? 0)
            bottom = max(bottom ?? line.bottom, line.bottom)
        }
        let sorted = gaps.dropFirst().sorted()
        let jump = 0.25 * geometry.height
        let widest = zip(sorted, sorted.dropFirst()).first { $1 - $0 > jump }.map { ($0 + $1) / 2 }
        var bands: [[Int]] = []
        for index in gaps.indices {
            if index == 0 || gaps[index] > widest ?? .infinity { bands.append([]) }
            bands[bands.count - 1].append(index)
        }
        return bands
    }
}

/// Joins the lines of one cell: a line with the next list mark begins anew, any other was parted by the cell's width
/// only. "… to\n45. Then" goes on: no 44 came before.
enum CellText {
    static func join(_ lines: [String]) -> String {
        var joined: [String] = []
        for line in lines where !line.isEmpty {
            if let last = joined.last, !beginsItem(line, after: joined),
                SafetyExtractor.signal(in: line, isMarked: false) == nil
            {
                joined[joined.count - 1] = TextCleaning.joinWrapped([last, line])
            } else {
                joined.append(line)
            }
        }
        return joined.joined(separator: "\n")
    }

    private static func beginsItem(_ line: String, after lines: [String]) -> Bool {
        guard let mark = ListMark(Array(line.prefix(8)), at: 0) else { return false }
        guard mark.style == .number, mark.value > 1 else { return true }
        return ["\(mark.value - 1).", "\(mark.value - 1)、", "\(mark.value - 1))"].contains { before in
            lines.contains { $0.holds(before) }
        }
    }
}
