import TestSupport
import Testing

@testable import ConstrainedDecoding

@Suite("patterns")
struct PatternTests {
    /// Patterns of every construct that is held to.
    static let patterns = [
        "", "a", "abc", "^abc$", "^a", "c$", "a|b", "^a|b$", "^(a|b)$", "(^a|b)c", "a(b|c$)", "^(?:ab)+$",
        "^(?<name>ab)?c$",
        "^a*b+c?$", "^a{2}$", "^a{2,}$", "^a{1,3}b{0,2}$", "^(a|b)*abb$", "^a+?b*?$", "^.$", "^..c$", "^[abc]$",
        "^[^abc]+$",
        "^[a-cx]{2}$", "^[-a]$", "^[a-]$", "^[]$|^a$", "^[^]$", "^\\d{2}$", "^\\w+$", "^\\s$", "^\\S\\D\\W$",
        "^[\\d_]+$", "^[^\\d]$",
        "^\\t\\n$", "^\\x41\\u0042$", "^\\u{1F600}$", "^\\uD83D\\uDE00$", "^[\\b]$", "^\\cA$", "^\\0$",
        "^\\.\\*\\/\\-$",
        "^[é檢]+$", "^(a(b(c)?)?)?$", "(ab|ba){2}", "^$", "^^a$$", "^()$", "^(|a)b$", "^[\\u0000-\\uFFFF]b$",
    ]

    /// Characters that tell the patterns apart.
    static let alphabet: [Unicode.Scalar] = [
        "a", "b", "c", "x", "A", "B", "0", "7", "_", "-", ".", "*", "/", " ", "\t", "\n", "é", "檢", "\u{1F600}", "\"",
        "\\", "\u{1}", "\u{8}", "\u{0}", "\u{A0}", "\r", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{3000}", "\u{301}",
    ]

    @Test("an automaton finds what ECMA-262 has a pattern find", arguments: patterns)
    func agrees(pattern: String) throws {
        let tree = try RegexParser.parse(pattern).wholeText(isAnchored: false)
        let automaton = try #require(try PatternAutomaton.automaton(tree, .quoted(isPlain: false)))
        let oracle = try ECMAPattern(pattern)
        let seed = testSeed("pattern \(pattern)")
        var random = SeededGenerator(seed: seed)
        var texts =
            Self.alphabet.map { String($0) }
            + [
                "", "ab", "abc", "abb", "aab", "abab", "c", "ac", "bc", "12", "aaabb", "\u{1}\r\n ", "\u{1}\r ", "\r\n",
                "a\n",
            ]
        for _ in 0..<400 {
            let letters = Bool.random(using: &random) ? Array(Self.alphabet.prefix(3)) : Self.alphabet
            let scalars = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                letters[Int.random(in: letters.indices, using: &random)]
            }
            texts.append(String(String.UnicodeScalarView(scalars)))
        }
        for text in texts {
            #expect(
                automaton.matches(JSONText.quoted(text)) == oracle.isFound(in: text),
                "\(text.debugDescription), seed \(seed)")
        }
    }

    @Test(
        "the oracle finds what engines of ECMA-262 find",
        arguments: [
            ("^\\S\\D\\W$", "\u{1}\r\n ", false), ("^\\S\\D\\W$", "\u{1}\r ", true), ("^.$", "\r\n", false),
            ("a$", "a\n", false), ("^b", "a\nb", false), ("^[^]$", "\n", true), ("[]", "a", false),
            ("^\\s$", "\u{FEFF}", true), ("^\\s$", "\u{85}", false), ("^\\s$", "\u{3000}", true), ("^\\w$", "é", false),
            ("^\\d$", "７", false), ("^.$", "e\u{301}", false), ("^.$", "\u{1F600}", true), ("^.$", "\u{85}", true),
            ("^.$", "\u{2028}", false), ("^\\uD83D\\uDE00$", "\u{1F600}", true), ("^[\\b]$", "\u{8}", true),
            ("^\\cA$", "\u{1}", true), ("^(|a)*b$", "aab", true), ("^[a-]$", "-", true), ("^é$", "e\u{301}", false),
            ("^a{2,3}$", "aaaa", false), ("^(?<name>ab)?c$", "abc", true), ("^a|b$", "cb", true),
        ])
    func oracle(pattern: String, text: String, isFound: Bool) throws {
        #expect(try ECMAPattern(pattern).isFound(in: text) == isFound)
    }

    @Test(
        "what is not regular or not of the syntax is refused by name",
        arguments: [
            ("a(?=b)", "look-ahead", 1), ("a(?!b)", "look-ahead", 1), ("(?<=a)b", "look-behind", 0),
            ("(?<!a)b", "look-behind", 0),
            ("(a)\\1", "back reference", 3), ("\\k<a>", "back reference", 0), ("\\bab", "word boundary", 0),
            ("\\p{L}", "Unicode property", 0),
            ("(?i)a", "modifiers", 0), ("(?", "modifiers", 0), ("\\07", "octal", 0), ("\\a", "escape \\a", 0),
            ("a{x}", "a {", 1),
            ("a}", "a }", 1), ("a]", "a ]", 1), ("(a", "without )", 0), ("a)", "closes nothing", 1),
            ("[a", "without ]", 0),
            ("*a", "nothing before", 0), ("a**", "after a quantifier", 1), ("^*", "after an anchor", 1),
            ("a{3,2}", "no range", 1),
            ("[b-a]", "a range", 1), ("[\\d-z]", "a range", 1), ("\\", "at the end", 0), ("\\x4", "hexadecimal", 0),
            ("\\u{110000}", "Unicode scalar", 0), ("\\uD800", "Unicode scalar", 0), ("\\c1", "\\c", 0),
            ("(?<a b>c)", "group name", 4),
            ("a{99999}", "repetition of more", 6),
        ])
    func refused(pattern: String, named: String, offset: Int) {
        let error = #expect(throws: PatternError.self) { try RegexParser.parse(pattern) }
        #expect(
            error?.detail.contains(named) == true && error?.detail.contains("character \(offset) ") == true,
            "\(String(describing: error))")
    }

    @Test(
        "an anchor inside a pattern is refused", arguments: ["a^b", "a$b", "(a^|b)c", "a*^b", "x(^a|b)", "((^a)b$)c"])
    func innerAnchors(pattern: String) throws {
        let tree = try RegexParser.parse(pattern)
        let error = #expect(throws: PatternError.self) { try tree.wholeText(isAnchored: false) }
        #expect(error?.detail.contains("anchor") == true)
    }

    @Test(
        "a pattern that takes too much is refused",
        arguments: [
            String(repeating: "a", count: 5000), "((a{100}){100}){100}", String(repeating: "(", count: 100), "a{60000}",
            "x.{14}y",
        ])
    func tooLarge(pattern: String) {
        let error = #expect(throws: PatternError.self) {
            try PatternAutomaton.automaton(RegexParser.parse(pattern).wholeText(isAnchored: false), .bare)
        }
        #expect(error?.code == .tooLarge, "\(String(describing: error))")
    }

    @Test("an intersection accepts what both accept, a minimum what is long enough")
    func combined() throws {
        func automaton(_ pattern: String) throws -> ByteAutomaton {
            try #require(
                try PatternAutomaton.automaton(
                    RegexParser.parse(pattern).wholeText(isAnchored: false), .quoted(isPlain: false)))
        }
        let (first, second) = (try automaton("^(a|bb)*$"), try automaton("b.a|^a"))
        let both = try #require(try first.intersection(second))
        let long = try #require(try first.requiring(minimum: 3))
        for length in 0...6 {
            for number in 0..<(1 << length) {
                let text = String((0..<length).map { number >> $0 & 1 == 0 ? "a" : "b" })
                let quoted = JSONText.quoted(text)
                #expect(both.matches(quoted) == (first.matches(quoted) && second.matches(quoted)), "\(text)")
                #expect(long.matches(quoted) == (first.matches(quoted) && length >= 3), "\(text)")
            }
        }
        #expect(try automaton("^a+$").intersection(automaton("^b+$")) == nil)
        #expect(try automaton("^a{2}$").requiring(minimum: 3) == nil)
        #expect(try PatternAutomaton.automaton(RegexParser.parse("[]"), .bare) == nil)
    }

    @Test("the byte ranges of a range of characters are their encodings and nothing else")
    func utf8Ranges() {
        for range: ClosedRange<UInt32> in [
            0...0x10, 0x7E...0x81, 0x7F0...0x810, 0xD7F0...0xD7FF, 0xE000...0xE011, 0xFFF0...0x10010,
            0x10FFF0...0x10FFFF, 0x4E00...0x9FFF,
            0x60...0x2FFFF,
        ] {
            let sequences = UTF8Ranges.sequences(range)
            func matches(_ value: UInt32) -> Bool {
                guard let scalar = Unicode.Scalar(value) else { return false }
                let bytes = Array(String(scalar).utf8)
                return sequences.contains { $0.count == bytes.count && zip($0, bytes).allSatisfy { $0.contains($1) } }
            }
            let total = sequences.reduce(0) { $0 + $1.reduce(1) { $0 * $1.count } }
            let values = range.filter { Unicode.Scalar($0) != nil }
            #expect(values.count < 0x1000 ? total == values.count : true)
            for value in [range.lowerBound, range.upperBound, (range.lowerBound + range.upperBound) / 2]
            where Unicode.Scalar(value) != nil {
                #expect(matches(value))
            }
            if range.lowerBound > 0 { #expect(!matches(range.lowerBound - 1)) }
            if range.upperBound < 0x10FFFF { #expect(!matches(range.upperBound + 1)) }
        }
    }

    @Test("sets of scalars")
    func sets() {
        let set = ScalarSet([0x30...0x39, 0x35...0x41, 0x42...0x42, 0xD700...0xE010])
        #expect(set.ranges == [0x30...0x42, 0xD700...0xD7FF, 0xE000...0xE010])
        #expect(set.inverted.inverted == set)
        #expect(set.subtracting(ScalarSet([0x31...0x42])).ranges.first == 0x30...0x30)
        #expect(set.intersection(ScalarSet([0x40...0x50])).ranges == [0x40...0x42])
        #expect(ScalarSet.all.inverted.ranges.isEmpty)
    }
}
