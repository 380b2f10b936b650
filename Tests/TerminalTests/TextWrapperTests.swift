import Terminal
import Testing

@Suite("Text on a terminal")
struct TextWrapperTests {
    @Test("a Chinese character takes two cells, a combining mark none")
    func width() {
        #expect(DisplayWidth.cells(of: "油壓 5 bar") == 10)
        #expect(DisplayWidth.cells(of: "e\u{301}") == 1)
        #expect(DisplayWidth.cells(of: "（Ａ）") == 6)
    }

    @Test("no line is wider than asked, and nothing but spaces is lost", arguments: 2...40)
    func everyWidth(width: Int) {
        let text = "檢查油箱 T1 的油位，必要時補充 ISO VG46 液壓油至 12.5 L。Then restart the press and check valve V3."
        let lines = TextWrapper(width: width).wrap(text)
        // Closing punctuation clings to the character before it, so two wide characters are the narrowest line.
        #expect(lines.allSatisfy { DisplayWidth.cells(of: $0) <= max(width, 2) })
        #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    }

    @Test("closing punctuation does not begin a line")
    func punctuation() {
        let lines = TextWrapper(width: 8).wrap("檢查油位。檢查壓力。")
        #expect(lines.allSatisfy { !$0.hasPrefix("。") })
    }

    @Test("Latin words stay whole where they fit")
    func words() {
        #expect(TextWrapper(width: 10).wrap("Check the oil level") == ["Check the", "oil level"])
    }
}
