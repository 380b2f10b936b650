import Domain

/// Makes headings, paragraphs, lists and warnings of words that stand in no table.
struct TextFlow {
    private static let longestHeading = 120

    /// A line of text in reading order.
    private struct Line {
        var indexes: [Int]
        var text: String
        var left: Float
        var top: Float
        var bottom: Float
        var height: Float
        /// Further from the line before than lines of one paragraph are.
        var beginsParagraph = true
    }

    private let page: LayoutPage
    private let headings: HeadingSizes
    private var blocks: [ManualBlock] = []

    static func blocks(of indexes: [Int], on page: LayoutPage, headings: HeadingSizes) -> [ManualBlock] {
        var flow = TextFlow(page: page, headings: headings)
        flow.run(flow.lines(of: indexes))
        return flow.blocks
    }

    private init(page: LayoutPage, headings: HeadingSizes) {
        self.page = page
        self.headings = headings
    }

    /// Lines as the source orders its words: what stands beside a column belongs to another line.
    private func lines(of indexes: [Int]) -> [Line] {
        var lines: [Line] = []
        for index in indexes.sorted() {
            let word = page.words[index]
            if let last = lines.last, let before = last.indexes.last.map({ page.words[$0] }),
                min(before.bottom, word.bottom) - max(before.top, word.top) > 0.5 * min(before.height, word.height),
                word.left >= before.left, word.left - before.right < 4 * word.height || page.unit == .characters
            {
                lines[lines.count - 1].indexes.append(index)
                lines[lines.count - 1].top = min(last.top, word.top)
                lines[lines.count - 1].bottom = max(last.bottom, word.bottom)
                lines[lines.count - 1].height = max(last.height, word.height)
            } else {
                lines.append(
                    Line(
                        indexes: [index], text: "", left: word.left, top: word.top, bottom: word.bottom,
                        height: word.height))
            }
        }
        let usual = usualGap(between: lines)
        for index in lines.indices {
            lines[index].text = page.text(of: lines[index].indexes)
            guard index > 0 else { continue }
            let gap = lines[index].top - lines[index - 1].bottom
            let height = lines[index].height
            lines[index].beginsParagraph =
                page.unit == .points ? gap > max(0.55, min(1, 1.4 * usual)) * height || gap < -2 * height : gap >= 1
        }
        return lines
    }

    /// Gap between lines of one paragraph, in line heights: most texts have more wrapped lines than paragraphs.
    private func usualGap(between lines: [Line]) -> Float {
        let gaps = zip(lines, lines.dropFirst()).map { ($1.top - $0.bottom) / max($1.height, 0.1) }.filter { $0 >= 0 }
        return gaps.isEmpty ? 0 : gaps.sorted()[gaps.count / 4]
    }

    private mutating func run(_ lines: [Line]) {
        var index = 0
        while index < lines.count {
            let line = lines[index]
            if SafetyExtractor.signal(in: line.text, isMarked: false) != nil {
                let end = end(of: lines, from: index) { SafetyExtractor.signal(in: $0.text, isMarked: false) != nil }
                append(.paragraph(lines[index..<end].map(\.text), isMarked: false), lines[index..<end])
                index = end
            } else if let level = level(of: lines, at: index) {
                var end = index + 1
                // A long heading wraps: lines of the same size without a gap.
                while headings.level(of: line.height) != nil, end < lines.count, !lines[end].beginsParagraph,
                    headings.level(of: lines[end].height) == level
                {
                    end += 1
                }
                append(
                    .heading(level: level, text: TextCleaning.joinWrapped(lines[index..<end].map(\.text))),
                    lines[index..<end])
                index = end
                if page.unit == .characters, index < lines.count, Self.isRule(lines[index].text) { index += 1 }
            } else if isListItem(line.text) {
                index = takeList(lines, from: index)
            } else {
                let end = end(of: lines, from: index) { isListItem($0.text) || LabelledLine.parse($0.text) != nil }
                let texts = lines[index..<end].map(\.text).filter { !Self.isRule($0) }
                if !texts.isEmpty { append(.paragraph(texts, isMarked: false), lines[index..<end]) }
                index = end
            }
        }
    }

    /// Where the paragraph ends that begins at a line, at the latest before a line that begins something else.
    private func end(of lines: [Line], from start: Int, before isOther: (Line) -> Bool) -> Int {
        var end = start + 1
        while end < lines.count, !lines[end].beginsParagraph, !isOther(lines[end]),
            headings.level(of: lines[end].height) == headings.level(of: lines[start].height)
                || SafetyExtractor.signal(in: lines[start].text, isMarked: false) != nil
        {
            end += 1
        }
        // A signal word alone in its line, with some space below it.
        if end == start + 1, end < lines.count, !isOther(lines[end]), isSignalAlone(lines[start].text),
            lines[end].top - lines[start].bottom < 1.5 * lines[end].height
        {
            return self.end(of: lines, from: end, before: isOther)
        }
        return end
    }

    private func isSignalAlone(_ text: String) -> Bool {
        SafetyExtractor.signal(in: text, isMarked: false)?.rest.isEmpty ?? false
    }

    private mutating func takeList(_ lines: [Line], from start: Int) -> Int {
        var items: [String] = []
        var index = start
        while index < lines.count {
            let text = lines[index].text
            if isListItem(text), level(of: lines, at: index) == nil {
                items.append(text)
            } else if index > start, !lines[index].beginsParagraph, LabelledLine.parse(text) == nil,
                headings.level(of: lines[index].height) == nil,
                lines[index].left > lines[start].left || !endsSentence(items[items.count - 1])
            {
                items[items.count - 1] = TextCleaning.joinWrapped([items[items.count - 1], text])
            } else {
                break
            }
            index += 1
        }
        append(.list(items), lines[start..<index])
        return index
    }

    private func isListItem(_ text: String) -> Bool {
        guard let mark = ListMark(Array(text.prefix(8)), at: 0) else { return false }
        return mark.length < text.count
    }

    private func endsSentence(_ text: String) -> Bool { text.last.map { ".。!！?？;；".contains($0) } ?? true }

    /// The level of a heading; nil for text.
    private func level(of lines: [Line], at index: Int) -> Int? {
        let line = lines[index]
        guard line.text.count <= Self.longestHeading, line.text.contains(where: \.isLetter) else { return nil }
        if let level = headings.level(of: line.height) { return level }
        if page.unit == .characters, index + 1 < lines.count, !lines[index + 1].beginsParagraph,
            Self.isRule(lines[index + 1].text)
        {
            return switch lines[index + 1].text.first {
            case "=": 1
            case "~": 3
            default: 2
            }
        }
        // Told by its words: it stands alone and something follows.
        guard line.beginsParagraph, index + 1 < lines.count, !endsSentence(line.text) else { return nil }
        let standsAlone = lines[index + 1].beginsParagraph || LabelledLine.parse(lines[index + 1].text) != nil
        guard standsAlone else { return nil }
        if let depth = Self.sectionDepth(line.text) { return min(headings.levelOfPlain + depth - 1, 6) }
        guard let headed = CodeRecognizer.code(inHeading: line.text, outerAnnounces: false), !headed.title.isEmpty
        else { return nil }
        return 6
    }

    /// 2 for `3.2 Hydraulics`; nil where no such number begins the line.
    private static func sectionDepth(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let parts = number.split(separator: ".")
        guard (2...4).contains(parts.count), parts.allSatisfy({ $0.count <= 3 }),
            text.dropFirst(number.count).first == " "
        else { return nil }
        return parts.count
    }

    /// A line of dashes, tildes or equal signs.
    private static func isRule(_ text: String) -> Bool {
        text.count >= 3 && text.allSatisfy { "=-~–—─━_ ".contains($0) }
    }

    private mutating func append(_ content: ManualBlock.Content, _ lines: ArraySlice<Line>) {
        let line = page.unit == .characters ? lines.first.map { Int($0.top) + 1 } : nil
        blocks.append(
            ManualBlock(
                content: content, line: line, page: page.number, box: page.box(of: lines.flatMap(\.indexes)),
                isOCR: page.isOCR))
    }
}
