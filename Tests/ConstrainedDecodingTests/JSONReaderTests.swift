import Foundation
import Testing

@testable import ConstrainedDecoding

@Suite("JSON reader")
struct JSONReaderTests {
    @Test("values keep their members' order and their numbers' text")
    func values() throws {
        let text = " {\"b\":[1,-0.5e+3,true,false,null,\"\\u0041\\n\\uD83D\\uDE00é\"],\"a\":{},\"c\":[]} "
        let value = try JSONValue(parsing: text.utf8)
        let expected = JSONValue.object([
            .init(
                key: "b",
                value: .array([
                    .number("1"), .number("-0.5e+3"), .bool(true), .bool(false), .null, .string("A\n\u{1F600}é"),
                ])), .init(key: "a", value: .object([])), .init(key: "c", value: .array([])),
        ])
        #expect(value == expected)
        #expect(try JSONValue(parsing: value.compactBytes) == value)
    }

    @Test("a string is written so that every reader gives it back")
    func quoting() throws {
        let text = String(String.UnicodeScalarView((0...0xFF).map { Unicode.Scalar(UInt8($0)) })) + "檢\u{1F600}"
        let decoded = try JSONDecoder().decode([String].self, from: Data(JSONValue.array([.string(text)]).compactBytes))
        #expect(decoded == [text])
    }

    @Test(
        "what RFC 8259 does not allow is refused with its place",
        arguments: [
            ("", 0), ("  ", 2), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1),
            ("{\"a\"1}", 4),
            ("{\"a\":}", 5), ("{\"a\":1", 6), ("01", 1), ("-", 1), ("-a", 1), ("1.", 2), (".5", 0), ("1e", 2),
            ("+1", 0), ("tru", 3),
            ("trux", 3), ("nul ", 3), ("\"a", 2), ("\"\\x\"", 2), ("\"\\u12g4\"", 5), ("\"\\uD800\"", 7),
            ("\"\\uDC00\"", 4),
            ("\"\n\"", 1), ("[1]]", 3), ("{}{}", 2), ("[}", 1), ("{]", 1), ("[1}", 2), ("{\"a\":1]", 6), ("'a'", 0),
            ("\u{FEFF}1", 0),
            ("{\"a\":1,\"\\u0061\":2}", 14), ("NaN", 0), ("1 2", 2), ("//", 0),
        ])
    func refuses(text: String, offset: Int) {
        let error = #expect(throws: JSONReadError.self) { try JSONValue(parsing: text.utf8) }
        #expect(error?.offset == offset, "\(String(describing: error))")
    }

    @Test(
        "malformed UTF-8 in a string is refused",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xFF], [0xC3, 0x28], [0xE6, 0xAA], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func malformedText(bytes: [UInt8]) {
        let quote = [UInt8(ascii: "\"")]
        #expect(throws: JSONReadError.self) { try JSONValue(parsing: quote + bytes + quote) }
    }

    @Test("the string automaton takes exactly the well-formed characters")
    func stringAutomatonIsUTF8() {
        func accepts(_ bytes: [UInt8]) -> Bool {
            var state = StringAutomaton.body
            for byte in bytes {
                state = StringAutomaton.next(state, byte, isPlain: true)
                guard state < StringAutomaton.closed else { return false }
            }
            return state == StringAutomaton.body
        }
        for value in stride(from: 0x20 as UInt32, through: 0x10FFFF, by: 7) {
            guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
            #expect(accepts(Array(String(scalar).utf8)))
        }
        for first in UInt8(0x80)...0xFF {
            for second in UInt8.min ... .max {
                for tail in [[], [0x80], [0x80, 0x80], [0xBF, 0xBF]] as [[UInt8]] {
                    let bytes = [first, second] + tail
                    let isCharacter = String(validating: bytes, as: UTF8.self)?.unicodeScalars.count == 1
                    if isCharacter { #expect(accepts(bytes)) }
                    if accepts(bytes) { #expect(String(validating: bytes, as: UTF8.self) != nil) }
                }
            }
        }
    }

    @Test("depth and size are bounded")
    func bounds() throws {
        let deep = JSONLimits(depth: 3)
        _ = try JSONValue(parsing: "[[{}]]".utf8, limits: deep)
        var error = #expect(throws: JSONReadError.self) { try JSONValue(parsing: "[[{\"a\":[]}]]".utf8, limits: deep) }
        #expect(error?.code == .tooDeep)
        error = #expect(throws: JSONReadError.self) {
            try JSONValue(parsing: "[1,2,3]".utf8, limits: JSONLimits(sizeBytes: 6))
        }
        #expect(error?.code == .tooLong && error?.offset == 6)
    }
}
