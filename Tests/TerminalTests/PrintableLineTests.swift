@_spi(Verification) import Domain
import Terminal
import Testing

@Suite("lines with names from outside")
struct PrintableLineTests {
    private static let hostile = "press\u{1B}[2J\u{9B}1A\u{202E}7\nerror: forged"

    @Test("on a terminal only the style's own marks steer it, elsewhere none does")
    func marks() {
        let seen = "press\\u{1B}[2J\\u{9B}1A\\u{202E}7\\nerror: forged"
        let colored = Style(isColored: true)
        #expect(
            colored.printable(colored(Self.hostile, .danger) + " " + Self.hostile)
                == "\u{1B}[1;31m\(seen)\u{1B}[0m \(seen)")
        let plain = Style(isColored: false)
        #expect(plain.printable(plain(Self.hostile, .danger)) == seen)
        #expect(plain.printable(colored("x", .good)) == "\\u{1B}[32mx\\u{1B}[0m")
        #expect(colored.printable("\u{1B}[8mhidden\u{1B}[38;5;0m") == "\\u{1B}[8mhidden\\u{1B}[38;5;0m")
        #expect(colored.printable("\u{1B}") == "\\u{1B}")
    }

    @Test("an answer's words steer nothing, keep their lines and count as wide as they are shown")
    func answer() {
        let renderer = AnswerRenderer(style: Style(isColored: false), columns: 24)
        let block = CitedSafetyBlock(signalWord: "DANGER\u{1B}", text: "Off\u{1B}[8m\nnow", cite: "p1")
        #expect(renderer.render(block) == ["DANGER\\u{1B}: Off\\u{1B}[8m", "            now"])
        let step = Step(n: 1, action: "Open\u{202E} G2\u{7}", cite: ["p1"])
        #expect(renderer.render(step) == ["1. Open\\u{202E} G2\\u{07}", "   [p1]"])
    }
}
