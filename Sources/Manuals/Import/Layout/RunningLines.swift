/// Finds what is printed on every page and belongs to none: running headers, footers and page numbers.
struct RunningLines {
    /// Rows at the top and at the bottom of a page that are looked at.
    private static let marginRows = 3
    /// Part of the page's height in which they stand.
    private static let marginShare: Float = 0.12

    /// What to add to a page counted from the first to have the number printed on it.
    let printedOffset: Int
    private let repeated: Set<String>
    private let isNumbered: Bool

    init(_ pages: [LayoutPage]) {
        var counts: [String: Int] = [:]
        var offsets: [Int: Int] = [:]
        let numbered = pages.filter { $0.number != nil }
        for page in numbered {
            var seen: Set<String> = []
            var candidates: Set<Int> = []
            for row in RunningLines.margins(of: page) {
                let text = page.text(of: row.indexes)
                seen.insert(RunningLines.key(text))
                if let printed = RunningLines.pageNumber(in: text) { candidates.insert(printed - (page.number ?? 0)) }
            }
            for key in seen { counts[key, default: 0] += 1 }
            for offset in candidates { offsets[offset, default: 0] += 1 }
        }
        let enough = max(3, numbered.count * 2 / 5)
        repeated = Set(counts.filter { $0.value >= enough }.keys)
        let likely = offsets.max { ($0.value, -abs($0.key)) < ($1.value, -abs($1.key)) }
        let isSure = likely.map { $0.value * 5 >= numbered.count * 3 } ?? false
        isNumbered = isSure
        printedOffset = isSure ? likely?.key ?? 0 : 0
    }

    /// Words of a page that belong to such lines.
    func indexes(on page: LayoutPage) -> Set<Int> {
        guard let number = page.number else { return [] }
        var indexes: Set<Int> = []
        for row in RunningLines.margins(of: page) {
            let text = page.text(of: row.indexes)
            let isPageNumber = isNumbered && RunningLines.pageNumber(in: text) == number + printedOffset
            if isPageNumber || repeated.contains(RunningLines.key(text)) { indexes.formUnion(row.indexes) }
        }
        return indexes
    }

    /// The first and last rows, if they stand at the page's edge. A fault table's header is no running line.
    private static func margins(of page: LayoutPage) -> [LayoutRow] {
        let upper = page.words.indices.filter { page.words[$0].bottom < page.height * marginShare }
        let lower = page.words.indices.filter { page.words[$0].top > page.height * (1 - marginShare) }
        let rows =
            LayoutRow.rows(of: page, indexes: upper).prefix(marginRows)
            + LayoutRow.rows(of: page, indexes: lower).suffix(marginRows)
        let all = Array(rows)
        return all.indices.filter { TableHeader(at: $0, rows: all[...], page: page) == nil }.map { all[$0] }
    }

    /// Equal for lines that differ in numbers only.
    private static func key(_ text: String) -> String {
        var key = ""
        for character in text where !character.isWhitespace {
            if !character.isNumber { key.append(character) } else if key.last != "#" { key.append("#") }
        }
        return key
    }

    /// The number in a line that consists of little else: `12`, `- 12 -`, `Page 12 of 80`, `第 12 頁`, `Manual … 12`.
    private static func pageNumber(in text: String) -> Int? {
        let words = text.split { !$0.isNumber && !$0.isLetter }.map { $0.lowercased() }
        if words.count == 1 { return Int(words[0]) }
        if let index = words.firstIndex(where: { ["page", "p", "第"].contains($0) }), index + 1 < words.count,
            let number = Int(words[index + 1])
        {
            return number
        }
        if let last = words.last, last.hasSuffix("頁"), let number = Int(last.filter(\.isNumber)) { return number }
        return words.last.flatMap { Int($0) } ?? words.first.flatMap { Int($0) }
    }
}
