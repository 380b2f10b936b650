import Domain

/// A word with its place on a page, from the top left corner: points in a PDF, columns and lines in plain text.
struct LayoutWord {
    var text: String
    var left: Float
    var top: Float
    var right: Float
    var bottom: Float

    var height: Float { bottom - top }
}

/// The words of a page in reading order.
struct LayoutPage {
    /// What places are measured in.
    enum Unit { case points, characters }

    /// Counted from the document's first page; nil where the document has none.
    var number: Int?
    let height: Float
    let unit: Unit
    var words: [LayoutWord]
    var isOCR = false

    /// A row in larger print than a table's is none of it. Recognised characters are of any height.
    func isLarger(_ row: LayoutRow, than height: Float) -> Bool { !isOCR && row.height > 1.25 * height }

    /// Gap between two words of one line from which on they are in different columns.
    func isColumnGap(_ gap: Float, height: Float) -> Bool {
        switch unit {
        case .points: gap > 0.75 * height
        case .characters: gap >= 2
        }
    }
}

/// Words that stand at one height, from left to right.
struct LayoutRow {
    /// Indexes into the page's words.
    var indexes: [Int]
    var top: Float
    var bottom: Float

    var height: Float { bottom - top }

    /// Drawn with characters, as text files have their tables' borders.
    func isRule(on page: LayoutPage) -> Bool {
        indexes.allSatisfy { page.words[$0].text.allSatisfy { "=-–—─━═_+┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝".contains($0) } }
            && indexes.contains { page.words[$0].text.count > 2 }
    }

    /// All words of a page in rows, from top to bottom.
    ///
    /// - Parameter indexes: the words to take.
    static func rows(of page: LayoutPage, indexes: some Sequence<Int>) -> [LayoutRow] {
        let words = page.words
        var rows: [LayoutRow] = []
        for index in indexes.sorted(by: { (words[$0].top, words[$0].left) < (words[$1].top, words[$1].left) }) {
            let word = words[index]
            // Half of the lower one's height in common makes one row.
            if let last = rows.last,
                min(last.bottom, word.bottom) - word.top > 0.5 * min(last.height, word.height)
            {
                rows[rows.count - 1].indexes.append(index)
                rows[rows.count - 1].bottom = max(last.bottom, word.bottom)
            } else {
                rows.append(LayoutRow(indexes: [index], top: word.top, bottom: word.bottom))
            }
        }
        for index in rows.indices { rows[index].indexes.sort { words[$0].left < words[$1].left } }
        return rows
    }
}

/// Words of one row without a gap as wide as between columns.
struct LayoutSegment {
    var indexes: [Int]
    var left: Float
    var right: Float
    var text: String

    static func segments(of row: LayoutRow, on page: LayoutPage) -> [LayoutSegment] {
        var segments: [LayoutSegment] = []
        for index in row.indexes {
            let word = page.words[index]
            if let last = segments.last, !page.isColumnGap(word.left - last.right, height: word.height) {
                segments[segments.count - 1].indexes.append(index)
                segments[segments.count - 1].right = max(last.right, word.right)
            } else {
                segments.append(LayoutSegment(indexes: [index], left: word.left, right: word.right, text: ""))
            }
        }
        for index in segments.indices { segments[index].text = page.text(of: segments[index].indexes) }
        return segments
    }
}

extension LayoutPage {
    /// Words of one row as text: Chinese without blanks where there is hardly a gap.
    func text(of indexes: [Int]) -> String {
        var text = ""
        var last: LayoutWord?
        for index in indexes {
            let word = words[index]
            if let last, !isTouching(last, word) { text += " " }
            text += word.text
            last = word
        }
        return text
    }

    private func isTouching(_ left: LayoutWord, _ right: LayoutWord) -> Bool {
        guard let last = left.text.last, let first = right.text.first,
            last.isCJK || last.isFullWidthMark, first.isCJK || first.isFullWidthMark
        else { return false }
        // Recognised text has every character apart.
        return right.left - left.right < (isOCR ? 0.6 : 0.25) * right.height
    }

    func box(of indexes: [Int]) -> PageBox? {
        guard unit == .points, let first = indexes.first.map({ words[$0] }) else { return nil }
        var (left, top, right, bottom) = (first.left, first.top, first.right, first.bottom)
        for index in indexes {
            let word = words[index]
            (left, top) = (min(left, word.left), min(top, word.top))
            (right, bottom) = (max(right, word.right), max(bottom, word.bottom))
        }
        return PageBox(
            left: LayoutPage.rounded(left), top: LayoutPage.rounded(top), width: LayoutPage.rounded(right - left),
            height: LayoutPage.rounded(bottom - top))
    }

    private static func rounded(_ points: Float) -> Double { (Double(points) * 10).rounded() / 10 }
}
