import Domain
import Foundation
import Testing

@Suite("text from outside, for people to see")
struct PrintableTextTests {
    @Test(
        "what steers a terminal, forges a line or hides is written as an escape",
        arguments: [
            ("\u{1B}[2J\u{1B}]0;owned\u{7}", "\\u{1B}[2J\\u{1B}]0;owned\\u{07}"),
            ("a\r\nINFO forged\u{85}b", "a\\r\\nINFO forged\\u{85}b"),
            ("\u{9B}31m\u{90}q\u{9C}", "\\u{9B}31m\\u{90}q\\u{9C}"),
            ("\u{0}\u{8}\u{7F}\t", "\\u{00}\\u{08}\\u{7F}\\t"),
            ("press\u{202E}70\u{2066}x\u{200F}", "press\\u{202E}70\\u{2066}x\\u{200F}"),
            ("press\u{200B}-\u{2060}07\u{FEFF}\u{AD}", "press\\u{200B}-\\u{2060}07\\u{FEFF}\\u{AD}"),
            ("a\u{2028}b\u{2029}c", "a\\u{2028}b\\u{2029}c"),
            ("\u{E0041}\u{3164}\u{34F}", "\\u{E0041}\\u{3164}\\u{34F}"),
        ])
    func escapes(text: String, seen: String) {
        #expect(PrintableText.line(text) == seen)
    }

    @Test(
        "all that is only to be seen stays",
        arguments: ["", "press-07", "沖壓機　七號", "Größe 5 µm ≤ 3 Ω", "葛\u{E0100}", "⚠\u{FE0F}", "e\u{301}", "\\n \\u{1B}"])
    func keeps(text: String) {
        #expect(PrintableText.line(text).unicodeScalars.elementsEqual(text.unicodeScalars))
        #expect(PrintableText.lines(text).unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test("texts keep their lines, and a carriage return before a line end is seen")
    func lines() {
        #expect(PrintableText.lines("1.\tOff\n2. \u{1B}[8mOn\u{1B}[0m\r\n") == "1. Off\n2. \\u{1B}[8mOn\\u{1B}[0m\\r\n")
    }

    @Test("each of all characters is either seen or escaped, and JSON means the same after it")
    func everyScalar() throws {
        let all = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
        var text = String.UnicodeScalarView()
        text.append(contentsOf: all)
        for seen in [PrintableText.line(String(text)), PrintableText.json(String(text))] {
            let raw = seen.unicodeScalars.filter { PrintableText.steers($0) }
            #expect(raw.isEmpty)
            #expect(!seen.utf8.contains { $0 < 0x20 || $0 == 0x7F })
        }
        let few = [String(String.UnicodeScalarView(all.filter(PrintableText.steers)))]
        let json = PrintableText.json(String(decoding: try JSONEncoder().encode(few), as: UTF8.self))
        let read = try JSONDecoder().decode([String].self, from: Data(json.utf8))
        #expect(read[0].unicodeScalars.elementsEqual(few[0].unicodeScalars))
    }
}
