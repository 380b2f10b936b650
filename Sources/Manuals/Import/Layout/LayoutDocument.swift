import Domain

/// Makes blocks of pages of placed words: fault tables by their columns, everything else in reading order.
struct LayoutDocument {
    private var blocks: [ManualBlock] = []
    private var open: OpenTable?
    /// Columns of the table that ended last, for rows that go on after an interruption.
    private var recent: TableReader.Geometry?
    private let headings: HeadingSizes
    private let printedOffset: Int

    /// A table that may go on: its block is completed when it ends.
    private struct OpenTable {
        let block: Int
        var reader: TableReader
        var rows: [FaultTable.Row]
    }

    /// - Parameter pages: in order; running headers and footers are left out of what they give.
    /// - Returns: the blocks, and what to add to a page's number to have the one that is printed on it.
    static func read(_ pages: [LayoutPage]) -> (blocks: [ManualBlock], printedOffset: Int) {
        let margins = RunningLines(pages)
        var document = LayoutDocument(
            headings: HeadingSizes(pages), printedOffset: margins.printedOffset)
        for page in pages { document.take(page, without: margins.indexes(on: page)) }
        document.close()
        return (document.blocks, margins.printedOffset)
    }

    private init(headings: HeadingSizes, printedOffset: Int) {
        self.headings = headings
        self.printedOffset = printedOffset
    }

    private mutating func take(_ counted: LayoutPage, without margins: Set<Int>) {
        var page = counted
        page.number = counted.number.map { $0 + printedOffset }
        let rows = LayoutRow.rows(of: page, indexes: page.words.indices.filter { !margins.contains($0) })
        var text: [LayoutRow] = []
        var index = 0
        if open != nil { index = goOn(rows[...], page) }
        while index < rows.count {
            if let header = TableHeader(at: index, rows: rows[...], page: page) {
                flush(&text, page)
                index += header.rowCount
                index += begin(header, rows[index...], page)
            } else if let recent, text.count <= 2, recent.begins(with: rows[index], on: page) {
                if !takeGroup(text, page) { flush(&text, page) }
                text = []
                index += begin(recent, rows[index...], page)
            } else {
                close()
                text.append(rows[index])
                if text.count > 2 || page.isLarger(rows[index], than: recent?.height ?? .infinity) { recent = nil }
                index += 1
            }
        }
        flush(&text, page)
    }

    /// Takes the rows at a page's begin that continue the open table. - Returns: how many.
    private mutating func goOn(_ rows: ArraySlice<LayoutRow>, _ page: LayoutPage) -> Int {
        guard let table = open else { return 0 }
        let count = table.reader.extent(of: rows, on: page)
        open?.rows += table.reader.rows(from: rows.prefix(count), on: page)
        return count
    }

    private mutating func begin(_ header: TableHeader, _ rows: ArraySlice<LayoutRow>, _ page: LayoutPage) -> Int {
        begin(TableReader.Geometry(header, body: rows, page: page), rows, page)
    }

    /// - Returns: how many of the rows the table takes.
    private mutating func begin(
        _ geometry: TableReader.Geometry, _ rows: ArraySlice<LayoutRow>, _ page: LayoutPage
    ) -> Int {
        let reader = TableReader(geometry: geometry)
        let count = reader.extent(of: rows, on: page)
        let read = reader.rows(from: rows.prefix(count), on: page)
        if open?.reader.geometry.labels == geometry.labels {
            // The header row is repeated, on the next page as a rule.
            open?.reader = reader
            open?.rows += read
        } else {
            close()
            open = OpenTable(block: blocks.count, reader: reader, rows: read)
            let line = page.unit == .characters ? rows.first.map { Int($0.top) } : nil
            blocks.append(
                ManualBlock(content: .table(header: geometry.labels, rows: []), line: line, page: page.number))
        }
        recent = geometry
        return count
    }

    private mutating func close() {
        guard let table = open else { return }
        blocks[table.block].content = .table(header: table.reader.geometry.labels, rows: table.rows)
        open = nil
    }

    /// Takes a row between a table's rows as the name of the group that follows. - Returns: false when it is text.
    private mutating func takeGroup(_ rows: [LayoutRow], _ page: LayoutPage) -> Bool {
        guard rows.count == 1, let row = rows.first else { return false }
        let name = page.text(of: row.indexes)
        guard name.count <= 60, let last = name.last, !".。;；:：".contains(last),
            SafetyExtractor.signal(in: name, isMarked: false) == nil
        else { return false }
        close()
        blocks.append(
            ManualBlock(
                content: .heading(level: 6, text: name), page: page.number, box: page.box(of: row.indexes),
                isOCR: page.isOCR))
        return true
    }

    private mutating func flush(_ rows: inout [LayoutRow], _ page: LayoutPage) {
        guard !rows.isEmpty else { return }
        close()
        blocks += TextFlow.blocks(of: rows.flatMap(\.indexes), on: page, headings: headings)
        rows = []
    }
}

/// Which heights of print are headings, and of which level.
struct HeadingSizes {
    private let body: Float
    /// Larger sizes, the largest first.
    private let sizes: [Int]

    init(_ pages: [LayoutPage]) {
        var characters: [Int: Int] = [:]
        for page in pages where page.unit == .points && !page.isOCR {
            for word in page.words { characters[HeadingSizes.size(word.height), default: 0] += word.text.utf8.count }
        }
        let common = characters.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
        body = Float(common) / 2
        sizes = Array(characters.keys.filter { Float($0) / 2 > 1.14 * Float(common) / 2 }.sorted(by: >).prefix(5))
    }

    /// 1 for the largest print; nil for text.
    func level(of height: Float) -> Int? {
        guard body > 0, height > 1.14 * body else { return nil }
        return (sizes.firstIndex { HeadingSizes.size(height) >= $0 } ?? sizes.count) + 1
    }

    /// The level of headings that are told by their words, below all that are told by their size.
    var levelOfPlain: Int { sizes.count + 1 }

    /// In half points.
    private static func size(_ height: Float) -> Int { Int((height * 2).rounded()) }
}
