import TestSupport
import Testing

@testable import ConstrainedDecoding

@Suite("grammar")
struct GrammarTests {
    @Test("a plain pattern is matched from beginning to end, unescaped")
    func plainPattern() throws {
        let grammar = try Grammar(pattern: #"[A-Z]{2}-\d+|"quoted"\n|"#)
        for text in ["AB-1", "XY-123", "\"quoted\"\n", ""] { #expect(accepts(grammar, text), "\(text)") }
        for text in ["AB-", "xAB-1", "AB-1x", "\"quoted\"\\n", "A"] { #expect(!accepts(grammar, text), "\(text)") }
        let anchored = try Grammar(pattern: "^(?:a|b)$")
        #expect(accepts(anchored, "a") && !accepts(anchored, "ab"))
        let error = #expect(throws: SchemaError.self) { try Grammar(pattern: "a(?=b)") }
        #expect(error?.code == .unsupported && error?.path == "#")
        #expect(throws: SchemaError.self) { try Grammar(pattern: "[]") }
    }

    @Test("a choice of texts takes each of them and nothing else")
    func choices() throws {
        let vocabulary = try TestVocabulary(["yes", "yes, ", "檢"])
        let grammar = try Grammar(choices: ["yes", "yes, sir", "檢查", "no\"\n"])
        var constraint = try TokenConstraint(grammar: grammar, tokens: vocabulary.table)
        #expect(allowed(constraint).contains(try vocabulary.id("yes, ")))
        try constraint.advance(try vocabulary.id("yes"))
        #expect(allowed(constraint) == [Int32(UInt8(ascii: ",")), vocabulary.end])
        #expect(constraint.mayEnd && !constraint.isComplete && constraint.closingBytes().isEmpty)
        try constraint.write(", ")
        #expect(constraint.forcedBytes() == Array("sir".utf8))
        #expect(constraint.closingBytes() == Array("sir".utf8))
        try constraint.write("sir")
        #expect(constraint.isComplete)
        #expect(throws: SchemaError.self) { try Grammar(choices: []) }
        #expect(throws: SchemaError.self) { try Grammar(choices: (0..<5000).map { "\($0)" }) }
        let empty = try TokenConstraint(grammar: Grammar(choices: [""]), tokens: vocabulary.table)
        #expect(empty.isComplete && allowed(empty) == [vocabulary.end])
        let optional = try TokenConstraint(grammar: Grammar(choices: ["", "a"]), tokens: vocabulary.table)
        #expect(allowed(optional) == [Int32(UInt8(ascii: "a")), vocabulary.end])
    }

    @Test("a document nests as deep as the limit and can be closed at every level")
    func depth() throws {
        let vocabulary = try TestVocabulary()
        var constraint = try constraint(#"{"type":"array"}"#, vocabulary.table)
        for _ in 0..<(SchemaLimits.depth - 1) {
            try constraint.write("[")
            #expect(constraint.closingBytes().allSatisfy { $0 == UInt8(ascii: "]") })
        }
        // One level is left, which only a value without parts takes.
        #expect(constraint.allows(Int32(UInt8(ascii: "7"))))
        try constraint.write("[")
        #expect(allowed(constraint) == [Int32(UInt8(ascii: "]"))])
        #expect(constraint.closingBytes().count == SchemaLimits.depth)
    }

    @Test("near the bound only what still ends there may begin")
    func depthOfAlternatives() throws {
        let vocabulary = try TestVocabulary()
        // A node takes two levels more than its parent unless it is the one that holds nothing.
        let schema =
            ##"{"anyOf":[{"type":"array","prefixItems":[{"type":"array","minItems":1,"items":{"$ref":"#"}}],"minItems":1},{"const":"e"}]}"##
        var constraint = try constraint(schema, vocabulary.table)
        var levels = 0
        while constraint.allows(Int32(UInt8(ascii: "["))) {
            try constraint.write("[")
            levels += 1
            #expect(!allowed(constraint).isEmpty)
        }
        #expect(levels == SchemaLimits.depth - 2)
        let closing = constraint.closingBytes()
        #expect(String(decoding: closing, as: UTF8.self) == "\"e\"" + String(repeating: "]", count: levels))
    }

    @Test("keys that are not named may be as long as they may be, and are never the same")
    func longKeys() throws {
        let vocabulary = try TestVocabulary()
        let length = SchemaLimits.keyLength
        let taken = String(repeating: "n", count: length)
        let schema =
            "{\"type\":\"object\",\"properties\":{\"\(taken)\":false,\"n\":{\"type\":\"null\"}},\"additionalProperties\":{\"type\":\"null\"}}"
        var constraint = try constraint(schema, vocabulary.table)
        try constraint.write("{")
        let quote = Int32(UInt8(ascii: "\""))
        for index in 0..<SchemaLimits.additionalProperties {
            try constraint.write("\"" + taken)
            #expect(!constraint.allows(quote), "a key that is named or was written, \(index)")
            while allowed(constraint) != [quote] { try constraint.write("n") }
            try constraint.write("\":null")
            if index < SchemaLimits.additionalProperties - 1 { try constraint.write(",") }
        }
        #expect(allowed(constraint) == [Int32(UInt8(ascii: "}"))])
    }

    @Test("a named key and one that is not are read side by side until they part")
    func keysSideBySide() throws {
        let vocabulary = try TestVocabulary(["ab\":", "abc\":"])
        var constraint = try constraint(
            #"{"type":"object","properties":{"ab":{"type":"integer"}},"additionalProperties":{"type":"null"}}"#,
            vocabulary.table)
        try constraint.write("{\"")
        #expect(constraint.allows(try vocabulary.id("ab\":")))
        #expect(constraint.allows(try vocabulary.id("abc\":")))
        var named = constraint
        try named.advance(try vocabulary.id("ab\":"))
        #expect(allowed(named) == Set("-0123456789".utf8.map(Int32.init)))
        try constraint.advance(try vocabulary.id("abc\":"))
        #expect(constraint.forcedBytes() == Array("null".utf8))
        try constraint.write("null,\"")
        #expect(!constraint.allows(try vocabulary.id("ab\":")), "named ones come first")
        #expect(!constraint.allows(try vocabulary.id("abc\":")), "a key twice")
    }

    @Test("many readings at one time stay bounded and never stuck")
    func readings() throws {
        let vocabulary = try TestVocabulary(["[[[[[[[[", "]]]]"])
        let list = ##"{"type":"array","items":{"$ref":"#"}}"##
        let limited = (3...4).map { "{\"type\":\"array\",\"maxItems\":\($0),\"items\":{\"$ref\":\"#\"}}" }
        let schema = "{\"anyOf\":[\(list),\(limited.joined(separator: ",")),{\"type\":\"null\"}]}"
        var constraint = try constraint(schema, vocabulary.table)
        for _ in 0..<2 {
            #expect(allowed(constraint).contains(try vocabulary.id("[[[[[[[[")))
            try constraint.advance(try vocabulary.id("[[[[[[[["))
            #expect(constraint.cursors.count <= SchemaLimits.readings)
        }
        let closing = constraint.closingBytes()
        #expect(constraint.advance(bytes: closing) == nil && constraint.isComplete)
    }

    @Test("what is prepared changes no mask")
    func prepared() throws {
        let first = try TestVocabulary(crossingTexts)
        let second = try TestVocabulary(crossingTexts)
        let grammar = try Grammar(schema: JSONSchema(parsing: SampleSchema.all[1].text))
        var plain = try TokenConstraint(grammar: grammar, tokens: first.table)
        var prepared = try TokenConstraint(grammar: grammar, tokens: second.table)
        prepared.prepare()
        for byte in "{\"machine\":\"press-07\",\"code\":\"F0".utf8 {
            #expect(allowed(plain) == allowed(prepared))
            try plain.advance(Int32(byte))
            try prepared.advance(Int32(byte))
        }
    }

    @Test("samples have names of their own")
    func samples() {
        #expect(SampleSchema.all.count >= 40)
        #expect(Set(SampleSchema.all.map(\.name)).count == SampleSchema.all.count)
    }

    @Test("random timings are of masks along documents")
    func randomTimings() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        let constraint = try constraint(draftSchema, vocabulary.table)
        var random = SeededGenerator(seed: 1)
        let times = try MaskTimings.timesUs(drawing: 3, from: constraint, maximumTokens: 20, using: &random)
        #expect((3...60).contains(times.count) && times.allSatisfy { $0 >= 0 })
    }
}
