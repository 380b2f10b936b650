import Testing

@testable import Terminal

@Suite struct HighlighterTests {
    private let style = Style(isColored: true)

    @Test("the parts asked for are marked in wrapped lines, each line for itself")
    func marks() {
        let text = "Code: F004\n油壓過低 oil"
        let lines = ["Code: F004", "油壓過", "低 oil"]
        let marked = Highlighter.mark(lines, of: text, ranges: [[6, 10], [11, 15]], style: style)
        let (on, off) = ("\u{1B}[1;4m", "\u{1B}[0m")
        #expect(marked == ["Code: \(on)F004\(off)", "\(on)油壓過\(off)", "\(on)低 \(off)oil"])
    }

    @Test("nothing is marked without colours or for ranges that are none")
    func plain() {
        #expect(Highlighter.mark(["abc"], of: "abc", ranges: [[0, 3]], style: Style(isColored: false)) == ["abc"])
        #expect(Highlighter.mark(["abc"], of: "abc", ranges: [[0], [7, 9]], style: style) == ["abc"])
    }
}
