/// Marks parts of a text in the lines that it was wrapped into.
public enum Highlighter {
    /// - Parameters:
    ///   - lines: the text's visible characters in order, with blanks where the wrapping put them.
    ///   - ranges: [start, end) in Unicode scalars of the text, rising; anything else marks nothing.
    public static func mark(_ lines: [String], of text: String, ranges: [[Int]], style: Style) -> [String] {
        guard style.isColored else { return lines }
        var marks = text.unicodeScalars.enumerated().lazy
            .filter { !$0.element.properties.isWhitespace }
            .map { index, _ in ranges.contains { $0.count == 2 && $0[0] <= index && index < $0[1] } }
            .makeIterator()
        return lines.map { line in
            var marked = ""
            var part = ""
            var isMarked = false
            func flush() {
                marked += isMarked ? style(part, .match) : part
                part = ""
            }
            for character in line {
                let isVisible = !character.isWhitespace
                // A blank inside a marked part stays inside it.
                let next =
                    isVisible
                    ? character.unicodeScalars.reduce(false) { mark, _ in marks.next() ?? false || mark } : isMarked
                if next != isMarked {
                    flush()
                    isMarked = next
                }
                part.append(character)
            }
            flush()
            return marked
        }
    }
}
