import Foundation
import Testing

@testable import ConstrainedDecoding

/// A vocabulary with every single byte, the given texts, a control token and an end-of-generation token.
struct TestVocabulary {
    let bytes: [[UInt8]]
    let end: Int32
    let table: TokenTable

    init(_ texts: [[UInt8]] = []) throws {
        bytes = (0...255).map { [UInt8($0)] } + texts + [[], Array("<end>".utf8)]
        end = Int32(bytes.count - 1)
        table = try TokenTable(tokenBytes: bytes, endOfGeneration: [end])
    }

    init(_ texts: [String]) throws { try self.init(texts.map { Array($0.utf8) }) }

    /// The token with this text.
    func id(_ text: String) throws -> Int32 { Int32(try #require(bytes.firstIndex(of: Array(text.utf8)))) }
}

/// Texts that cross grammar boundaries, split characters and escapes, or are nonsense.
let crossingTexts =
    [
        "{\"", "\":", "\":\"", "\",\"", "\"}", "},{\"", "\"]}", "[\"", "\"],\"", "\",\"cite\":[\"", "{\"steps\":[",
        "\"p1\"",
        "\"p1", "p10", "1\"]", "0\"", "]},", "ab", "abc", "abcd\"", "a\"}", "tr", "true,", "false}", "null]", "12",
        "00", "-1",
        "1.5", "0,", "9]", "\\u", "\\u00", "\\uD83D\\uDE00", "\\uDE00", "\\n", "\\\"", "\\\\\"", "\"\"", "[]", "{}",
        "[[", "]]",
        "檢查", "é\"", "\u{1F600}", "x\u{1F600}y", " ", "\n", " a",
    ].map { Array($0.utf8) } + [
        [0xE6, 0xAA], [0xA5, 0x22], [0xF0, 0x9F], [0x98, 0x80], [0xC3, 0x28], [0x61, 0xE6], [0xED, 0xA0],
    ]

/// The tokens that a mask allows.
func allowed(_ constraint: TokenConstraint) -> Set<Int32> {
    var words: [UInt32] = []
    constraint.mask(into: &words)
    var result: Set<Int32> = []
    for (index, word) in words.enumerated() {
        for bit in 0..<32 where word >> UInt32(bit) & 1 == 1 { result.insert(Int32(index * 32 + bit)) }
    }
    return result
}

func constraint(_ schema: String, _ table: TokenTable) throws -> TokenConstraint {
    try TokenConstraint(grammar: Grammar(schema: JSONSchema(parsing: schema)), tokens: table)
}

extension TokenConstraint {
    /// Goes on by a text, a byte token each.
    mutating func write(_ text: String) throws {
        for byte in text.utf8 { try advance(Int32(byte)) }
    }
}

/// A schema of the shape that troubleshooting drafts have.
let draftSchema = """
    {"type":"object","required":["steps","escalation"],"properties":{
      "steps":{"type":"array","minItems":1,"maxItems":3,"items":{"type":"object","required":["action","cite"],
        "properties":{"action":{"type":"string","minLength":1,"maxLength":40,"x-plain":true},
                      "cite":{"type":"array","minItems":1,"maxItems":2,"items":{"enum":["p1","p2","p10"]}}}}},
      "escalation":{"type":"string","maxLength":20}}}
    """
