import TestSupport
import Testing

@testable import ConstrainedDecoding

@Suite("a mask allows exactly the tokens that begin a document")
struct MaskEquivalenceTests {
    static let schemas = [
        draftSchema,
        #"{"type":"string","maxLength":3}"#,
        #"{"type":"string","minLength":2,"maxLength":4,"x-plain":true}"#,
        #"{"type":"array","maxItems":2,"items":{"type":"array","minItems":1,"maxItems":2,"items":{"type":"boolean"}}}"#,
        #"{"type":"array","maxItems":0,"items":{"type":"null"}}"#,
        #"{"enum":["p1","p10","",1,10,-1,1.5,null,true,[1,"a"],{"a":{}},"\"\\\n\u0001"]}"#,
        #"{"type":"array","items":{"type":"integer","minimum":-12,"maximum":120},"maxItems":3}"#,
        #"{"type":"object","required":["n","m"],"properties":{"n":{"type":"number"},"m":{"type":"integer","minimum":90,"maximum":101}}}"#,
        #"{"type":"integer","minimum":-30,"maximum":-7}"#,
        #"{"type":"number"}"#,
        #"{"type":"object","properties":{}}"#,
        #"{"type":"object","required":["e"],"properties":{"e":{"type":"object","required":["é\"b"],"properties":{"é\"b":{"const":"x"}}}}}"#,
        #"{"type":"object","properties":{"a":{"type":"boolean"},"ab":{"type":"null"},"b":{"enum":[1,2]}}}"#,
        #"{"type":"object","required":["abc"],"properties":{"a":{"type":"null"},"abc":{"enum":["ab"]},"p1":{"type":"boolean"}}}"#,
        #"{"anyOf":[{"type":"string","maxLength":2},{"enum":["abcd","p10"]},{"type":"null"},{"type":"integer","minimum":0,"maximum":12}]}"#,
        #"{"type":"array","prefixItems":[{"const":"p1"},{"type":"boolean"}],"minItems":1}"#,
        #"{"type":"array","prefixItems":[{"const":"p1"}],"items":{"type":"null"},"maxItems":3}"#,
        ##"{"anyOf":[{"type":"null"},{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}]}"##,
        ##"{"anyOf":[{"type":"array","items":{"$ref":"#"},"maxItems":2},{"type":"boolean"}]}"##,
        #"{"type":"array","maxItems":2,"items":{"type":"integer","minimum":-100,"maximum":100,"multipleOf":15}}"#,
        #"{"anyOf":[{"type":"object","required":["a"],"properties":{"a":{"type":"null"}}},{"type":"object","required":["a"],"properties":{"a":{"enum":[null,true]},"b":{"type":"null"}}}]}"#,
    ]

    @Test("the slow recogniser agrees on every token along random walks", arguments: schemas)
    func agreesWithSlowRecogniser(text: String) throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        let schema = try JSONValue(parsing: text.utf8)
        let grammar = try Grammar(schema: JSONSchema(parsing: text))
        let seed = testSeed("masks of \(text.prefix(40))")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2 {
            var constraint = try TokenConstraint(grammar: grammar, tokens: vocabulary.table)
            var document: [UInt8] = []
            for _ in 0..<25 {
                let mask = allowed(constraint)
                var expected = Set<Int32>()
                for (id, bytes) in vocabulary.bytes.dropLast().enumerated() where !bytes.isEmpty {
                    if SlowRecogniser.begins(document + bytes, schema) { expected.insert(Int32(id)) }
                }
                if SlowRecogniser.isWhole(document, schema) { expected.insert(vocabulary.end) }
                let shown = String(decoding: document, as: UTF8.self)
                let differing = mask.symmetricDifference(expected).map { vocabulary.bytes[Int($0)] }
                #expect(differing.isEmpty, "after \(shown), seed \(seed)")
                #expect(!mask.isEmpty, "a dead end after \(shown), seed \(seed)")
                // Long tokens are rare among the allowed ones, and they are what crosses boundaries.
                let long = mask.filter { vocabulary.bytes[Int($0)].count > 1 && $0 != vocabulary.end }
                let choices = long.isEmpty || Bool.random(using: &random) ? mask : long
                guard let token = choices.sorted().randomElement(using: &random), token != vocabulary.end else { break }
                try constraint.advance(token)
                document += vocabulary.bytes[Int(token)]
            }
        }
    }

    @Test("every pair of tokens that the masks allow begins a document, and no other pair does")
    func exhaustivePairs() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        let text = #"{"type":"array","items":{"enum":["p1","p10"]},"maxItems":2}"#
        let schema = try JSONValue(parsing: text.utf8)
        let start = try constraint(text, vocabulary.table)
        for first in Int32(0)..<vocabulary.end {
            let bytes = vocabulary.bytes[Int(first)]
            guard start.allows(first) else { continue }
            var after = start
            try after.advance(first)
            let mask = allowed(after)
            for second in Int32(0)..<vocabulary.end where !vocabulary.bytes[Int(second)].isEmpty {
                let pair = bytes + vocabulary.bytes[Int(second)]
                #expect(mask.contains(second) == SlowRecogniser.begins(pair, schema))
                #expect(mask.contains(second) == after.allows(second))
            }
        }
    }
}
