import TestSupport
import Testing

@testable import Tokenization

@Suite("pre-tokenizers")
struct PreTokenizerTests {
    /// A text and the words that each pattern cuts it into, worked out by hand.
    struct Vector: Sendable, CustomTestStringConvertible {
        let text: String
        let qwen2: [String]
        let llama3: [String]
        let tekken: [String]

        init(_ text: String, _ all: [String]) { self.init(text, gpt: all, tekken: all) }

        init(_ text: String, gpt: [String], tekken: [String]) {
            self.init(text, qwen2: gpt, llama3: gpt, tekken: tekken)
        }

        init(_ text: String, qwen2: [String], llama3: [String], tekken: [String]) {
            self.text = text
            self.qwen2 = qwen2
            self.llama3 = llama3
            self.tekken = tekken
        }

        var testDescription: String { text.debugDescription }
    }

    @Test(
        "contractions are words in either case, also with the long s, and only where the pattern has them",
        arguments: [
            Vector("it's", ["it", "'s"]),
            Vector("I'M they'LL", gpt: ["I", "'M", " they", "'LL"], tekken: ["I", "'M", " they", "'LL"]),
            Vector("we'restart", gpt: ["we", "'re", "start"], tekken: ["we", "'restart"]),
            Vector("'sab", gpt: ["'s", "ab"], tekken: ["'sab"]),
            Vector("'ſa", gpt: ["'ſ", "a"], tekken: ["'ſa"]),
            Vector("'şa 'Şa", ["'şa", " '", "Şa"]),
            Vector("x'y 'l", ["x", "'y", " '", "l"]),
            Vector("'r", ["'r"]),
            Vector("it' s", ["it", "'", " s"]),
        ])
    func contractions(vector: Vector) throws { try check(vector) }

    @Test(
        "digits stand alone, or in threes from the left",
        arguments: [
            Vector(
                "1234567 12", qwen2: ["1", "2", "3", "4", "5", "6", "7", " ", "1", "2"],
                llama3: ["123", "456", "7", " ", "12"], tekken: ["1", "2", "3", "4", "5", "6", "7", " ", "1", "2"]),
            Vector(
                "12.5MPa", qwen2: ["1", "2", ".", "5", "MPa"], llama3: ["12", ".", "5", "MPa"],
                tekken: ["1", "2", ".", "5", "MPa"]),
            Vector(
                "１２³Ⅷ", qwen2: ["１", "２", "³", "Ⅷ"], llama3: ["１２³", "Ⅷ"], tekken: ["１", "２", "³", "Ⅷ"]),
        ])
    func digits(vector: Vector) throws { try check(vector) }

    @Test(
        "letters of any script make words, with one character before them that is no letter, number or line break",
        arguments: [
            Vector("檢查油位。壓力 油", ["檢查油位", "。壓力", " 油"]),
            Vector("\tb\u{3000}c\u{A0}d", ["\tb", "\u{3000}c", "\u{A0}d"]),
            Vector("(a)b-c", ["(a", ")b", "-c"]),
            Vector("Ａｂ，ＣＤ", ["Ａｂ", "，ＣＤ"]),
            Vector("a\nb", ["a", "\n", "b"]),
        ])
    func letters(vector: Vector) throws { try check(vector) }

    @Test(
        "combining marks are symbols to GPT's pattern and letters to Tekken's",
        arguments: [
            Vector("e\u{301}a", gpt: ["e", "\u{301}a"], tekken: ["e\u{301}a"]),
            Vector("X\u{301}Y", gpt: ["X", "\u{301}Y"], tekken: ["X\u{301}", "Y"]),
            Vector("\u{301}A B", gpt: ["\u{301}A", " B"], tekken: ["\u{301}", "A", " B"]),
            Vector("!\u{301}\u{301}!", gpt: ["!\u{301}\u{301}!"], tekken: ["!\u{301}\u{301}", "!"]),
            Vector(" \u{301}1", qwen2: [" \u{301}", "1"], llama3: [" \u{301}", "1"], tekken: [" \u{301}", "1"]),
            Vector("คีย์", gpt: ["ค", "\u{E35}ย", "\u{E4C}"], tekken: ["คีย์"]),
        ])
    func marks(vector: Vector) throws { try check(vector) }

    @Test(
        "Tekken's words are upper case before lower case; characters without case count as either",
        arguments: [
            Vector("ErrorCODE", gpt: ["ErrorCODE"], tekken: ["Error", "CODE"]),
            Vector(
                "ERRORCode PLCs iPhone", gpt: ["ERRORCode", " PLCs", " iPhone"],
                tekken: ["ERRORCode", " PLCs", " i", "Phone"]),
            Vector("ABC-DEF", ["ABC", "-DEF"]),
            Vector("ÉCOLE École éÉ", gpt: ["ÉCOLE", " École", " éÉ"], tekken: ["ÉCOLE", " École", " é", "É"]),
            Vector("ǅa aǅ", gpt: ["ǅa", " aǅ"], tekken: ["ǅa", " a", "ǅ"]),
            Vector("油A b", gpt: ["油A", " b"], tekken: ["油", "A", " b"]),
            Vector("油Ab A油 a油B", gpt: ["油Ab", " A油", " a油B"], tekken: ["油Ab", " A油", " a油", "B"]),
            Vector("X軸ABC1", gpt: ["X軸ABC", "1"], tekken: ["X軸", "ABC", "1"]),
        ])
    func cases(vector: Vector) throws { try check(vector) }

    @Test(
        "symbols go together, with one space before and line breaks after, to Tekken also slashes",
        arguments: [
            Vector("a ... b", ["a", " ...", " b"]),
            Vector("x !!\n\r\ny", ["x", " !!\n\r\n", "y"]),
            Vector("\t!!", ["\t", "!!"]),
            Vector("//\n/a", gpt: ["//\n", "/a"], tekken: ["//\n/", "a"]),
            Vector("!\n/\n1", gpt: ["!\n", "/\n", "1"], tekken: ["!\n/\n", "1"]),
            Vector("ok 😀👨\u{200D}👩", ["ok", " 😀👨\u{200D}👩"]),
            Vector("😀a", ["😀a"]),
        ])
    func symbols(vector: Vector) throws { try check(vector) }

    @Test(
        "whitespace ends at its last line break, or before the space that goes with the next word, or at the end",
        arguments: [
            Vector("a  b", ["a", " ", " b"]),
            Vector("a   1", ["a", "  ", " ", "1"]),
            Vector("a   ", ["a", "   "]),
            Vector("a \n\n  b", ["a", " \n\n", " ", " b"]),
            Vector("a \n", ["a", " \n"]),
            Vector("\n \r\n \t", ["\n \r\n", " \t"]),
            Vector("a\t\t1", ["a", "\t", "\t", "1"]),
            Vector("a\u{2028}\u{85}1", ["a", "\u{2028}", "\u{85}", "1"]),
            Vector("  ", ["  "]),
            Vector("", []),
        ])
    func whitespace(vector: Vector) throws { try check(vector) }

    @Test("every name cuts as its pattern does on random text", arguments: PreTokenizer.registry.keys.sorted())
    func agreesWithPattern(name: String) throws {
        let oracle = try PatternOracle(preTokenizer: name)
        let seed = testSeed("pre-tokenizer")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let text = PatternOracle.knownScalars(of: generator.text(maximumLength: 30))
            #expect(try words(text, name) == oracle.words(text), "seed \(seed): \(text.debugDescription)")
        }
    }

    @Test(
        "bytes that are no UTF-8 are symbols of one byte",
        arguments: [[0x80], [0xE6, 0xB2], [0xC0, 0xAF], [0xFF, 0xFE]])
    func strayBytes(bytes: [UInt8]) throws {
        let preTokenizer = try #require(PreTokenizer.registry["qwen2"])
        let text = ClassifiedText([UInt8(ascii: "1")] + bytes + [UInt8(ascii: "2")])
        #expect(preTokenizer.endOfWord(text, 1) == 1 + bytes.count)
    }

    private func check(_ vector: Vector) throws {
        #expect(try words(vector.text, "qwen2") == vector.qwen2)
        #expect(try words(vector.text, "llama-bpe") == vector.llama3)
        #expect(try words(vector.text, "tekken") == vector.tekken)
    }

    private func words(_ string: String, _ name: String) throws -> [String] {
        let preTokenizer = try #require(PreTokenizer.registry[name])
        let text = ClassifiedText(Array(string.utf8))
        var words: [String] = []
        var start = 0
        while start < text.end {
            let end = preTokenizer.endOfWord(text, start)
            try #require(end > start, "a word is never empty")
            words.append(String(decoding: text.bytes[start..<end], as: UTF8.self))
            start = end
        }
        return words
    }
}
