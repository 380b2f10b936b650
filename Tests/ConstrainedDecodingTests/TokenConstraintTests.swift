import Foundation
import TestSupport
import Testing

@testable import ConstrainedDecoding

@Suite("token constraint")
struct TokenConstraintTests {
    @Test("random generation under the mask always parses and fits the schema")
    func randomDocumentsFit() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        let start = try constraint(draftSchema, vocabulary.table)
        let seed = testSeed("random documents")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var constraint = start
            var document: [UInt8] = []
            while let token = allowed(constraint).sorted().randomElement(using: &random), token != vocabulary.end {
                try constraint.advance(token)
                document += vocabulary.bytes[Int(token)]
            }
            #expect(constraint.isComplete)
            let shown = "seed \(seed): \(String(decoding: document, as: UTF8.self))"
            #expect(String(validating: document, as: UTF8.self) != nil, "\(shown)")
            let draft = try #require(
                try JSONSerialization.jsonObject(with: Data(document)) as? [String: Any], "\(shown)")
            #expect(Set(draft.keys) == ["steps", "escalation"], "\(shown)")
            let steps = try #require(draft["steps"] as? [[String: Any]])
            #expect((1...3).contains(steps.count), "\(shown)")
            var streamed = 0
            var reader = try StreamingJSONElements(path: "steps[*]")
            try reader.consume(document) { _ in streamed += 1 }
            #expect(streamed == steps.count && reader.isComplete, "\(shown)")
            for step in steps {
                let action = try #require(step["action"] as? String)
                #expect((1...40).contains(action.unicodeScalars.count), "\(shown)")
                let cite = try #require(step["cite"] as? [String])
                #expect((1...2).contains(cite.count) && Set(cite).isSubset(of: ["p1", "p2", "p10"]), "\(shown)")
            }
            #expect(try #require(draft["escalation"] as? String).unicodeScalars.count <= 20, "\(shown)")
        }
    }

    @Test("one token may close a string and open the next array and string")
    func tokensCrossBoundaries() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        var constraint = try constraint(draftSchema, vocabulary.table)
        for text in [
            "{\"steps\":[", "{\"", "a", "c", "t", "i", "o", "n", "\":\"", "檢查", "\",\"cite\":[\"", "p10", "\"],\"",
        ] {
            let token = try vocabulary.id(text)
            #expect(constraint.allows(token) == (text != "\"],\""), "\(text)")
            if constraint.allows(token) { try constraint.advance(token) }
        }
        try constraint.write("\"]}],\"escalation\":\"\"}")
        #expect(constraint.isComplete)
    }

    @Test("alternatives that begin alike stay apart")
    func sharedPrefixes() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        var constraint = try constraint(#"{"enum":["p1","p10"]}"#, vocabulary.table)
        try constraint.write("\"p1")
        #expect(allowed(constraint) == [try vocabulary.id("\""), try vocabulary.id("0"), try vocabulary.id("0\"")])
    }

    @Test("a token may end inside a character and the next one goes on")
    func splitCharacters() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        var constraint = try constraint(#"{"type":"string","maxLength":1,"x-plain":true}"#, vocabulary.table)
        try constraint.write("\"")
        try constraint.advance(Int32(try #require(vocabulary.bytes.firstIndex(of: [0xE6, 0xAA]))))
        let closing = Int32(try #require(vocabulary.bytes.firstIndex(of: [0xA5, 0x22])))
        #expect(allowed(constraint) == Set((0x80...0xBF) + [closing]))
        try constraint.advance(closing)
        #expect(allowed(constraint) == [vocabulary.end])
    }

    @Test("a refused token changes nothing")
    func refusalChangesNothing() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        var constraint = try constraint(draftSchema, vocabulary.table)
        try constraint.write("{\"steps\":[{\"action\":\"a")
        let before = allowed(constraint)
        for token in [try vocabulary.id("\"]}"), vocabulary.end, vocabulary.end - 1, -1, vocabulary.end + 1] {
            #expect(throws: ConstraintError.self) { try constraint.advance(token) }
            #expect(!constraint.allows(token))
        }
        #expect(allowed(constraint) == before)
    }

    @Test("a complete document allows only end of generation, again and again")
    func completeness() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        var constraint = try constraint(#"{"const":true}"#, vocabulary.table)
        #expect(!constraint.isComplete)
        try constraint.write("true")
        #expect(constraint.isComplete && constraint.mayEnd)
        #expect(allowed(constraint) == [vocabulary.end])
        try constraint.advance(vocabulary.end)
        #expect(allowed(constraint) == [vocabulary.end])
    }

    @Test("a bare number may end or go on until its digits are used up")
    func bareNumber() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        var constraint = try constraint(#"{"type":"integer","minimum":0,"maximum":12}"#, vocabulary.table)
        try constraint.write("1")
        let digits: [Int32] = "012".utf8.map { Int32($0) }
        #expect(allowed(constraint) == Set(digits + [vocabulary.end]))
        #expect(constraint.mayEnd && !constraint.isComplete)
        try constraint.advance(vocabulary.end)
        #expect(constraint.isComplete)
    }

    @Test("an integer without bounds has up to 15 digits and no leading zero")
    func widestInteger() throws {
        let vocabulary = try TestVocabulary()
        for sign in ["", "-"] {
            var constraint = try constraint(#"{"type":"array","items":{"type":"integer"}}"#, vocabulary.table)
            try constraint.write("[" + sign)
            #expect(constraint.allows(Int32(UInt8(ascii: "0"))) == sign.isEmpty)
            try constraint.write(String(repeating: "9", count: 15))
            #expect(allowed(constraint) == Set(",]".utf8.map { Int32($0) }))
        }
    }

    @Test("forced bytes run to the next choice")
    func forcedBytes() throws {
        let vocabulary = try TestVocabulary()
        var constraint = try constraint(draftSchema, vocabulary.table)
        func forced() -> String { String(decoding: constraint.forcedBytes(), as: UTF8.self) }
        #expect(forced() == "{\"steps\":[{\"action\":\"")
        try constraint.write("{\"steps\":[{\"action\":\"")
        #expect(forced() == "")
        try constraint.write("a\"")
        #expect(forced() == ",\"cite\":[\"p")
        try constraint.write(",\"cite\":[\"p10\",\"p2")
        #expect(forced() == "\"]}")
        try constraint.write("\"]}],")
        #expect(forced() == "\"escalation\":\"")
        try constraint.write("\"escalation\":\"" + String(repeating: "x", count: 20))
        #expect(forced() == "\"}")
        try constraint.write("\"}")
        #expect(forced() == "" && constraint.isComplete)
    }

    @Test("forced bytes stay within their bound")
    func forcedBytesAreBounded() throws {
        let vocabulary = try TestVocabulary()
        let schema = #"{"type":"array","minItems":60000,"items":{"const":"abcdefgh"}}"#
        let constraint = try constraint(schema, vocabulary.table)
        #expect(constraint.forcedBytes().count == TokenConstraint.maximumForcedBytes)
    }

    @Test("proposed tokens count up to the first that does not fit")
    func acceptedPrefix() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        let constraint = try constraint(draftSchema, vocabulary.table)
        let proposed = try ["{\"steps\":[", "{\"", "a", "b", "c"].map(vocabulary.id)
        #expect(constraint.acceptedPrefix(of: proposed) == 3)
        #expect(constraint.acceptedPrefix(of: []) == 0)
    }

    @Test("a vocabulary that could get stuck is refused")
    func incompleteVocabulary() throws {
        let bytes: [[UInt8]] = Array("{}\":abc".utf8).map { [$0] } + [[]]
        let table = try TokenTable(tokenBytes: bytes, endOfGeneration: [Int32(bytes.count - 1)])
        let error = #expect(throws: ConstraintError.self) { try constraint(draftSchema, table) }
        #expect(error?.code == .badVocabulary)
        #expect(throws: ConstraintError.self) { try TokenTable(tokenBytes: [], endOfGeneration: [0]) }
        #expect(throws: ConstraintError.self) { try TokenTable(tokenBytes: bytes, endOfGeneration: []) }
        #expect(throws: ConstraintError.self) { try TokenTable(tokenBytes: bytes, endOfGeneration: [99]) }
    }

    @Test("tokens with equal texts are allowed together, oversized ones never")
    func unusualTokens() throws {
        let oversized = Array(repeating: UInt8(ascii: "a"), count: TokenTable.maximumTokenBytes + 1)
        let vocabulary = try TestVocabulary([Array("ab".utf8), Array("ab".utf8), oversized])
        var constraint = try constraint(#"{"type":"string"}"#, vocabulary.table)
        try constraint.write("\"")
        #expect(allowed(constraint).isSuperset(of: [256, 257]))
        #expect(!allowed(constraint).contains(258) && !constraint.allows(258))
    }

    @Test("many threads share a token table")
    func sharedTable() async throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        let start = try constraint(draftSchema, vocabulary.table)
        let documents = try await withThrowingTaskGroup(of: [Set<Int32>].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var constraint = start
                    var masks: [Set<Int32>] = []
                    for byte in "{\"steps\":[{\"action\":\"é檢\",\"cite\":[\"p1\"]}],\"escalation\":\"\\u00e9\"}".utf8 {
                        masks.append(allowed(constraint))
                        try constraint.advance(Int32(byte))
                    }
                    return masks
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(documents).count == 1)
    }

    @Test("mask times are measured along a document")
    func timings() throws {
        let vocabulary = try TestVocabulary()
        let start = try constraint(#"{"enum":["p1","p2"]}"#, vocabulary.table)
        let timings = try MaskTimings(constraint: start, documents: [Array("\"p1\"".utf8).map(Int32.init)])
        #expect(timings.count == 4)
        #expect(timings.maximumUs >= timings.p99Us && timings.p99Us >= timings.medianUs)
        #expect(throws: ConstraintError.self) { try MaskTimings(constraint: start, documents: [[1]]) }
    }
}
