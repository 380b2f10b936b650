import TestSupport
import Testing

@testable import ConstrainedDecoding

@Suite("random documents")
struct RandomDocumentTests {
    /// Texts that documents of the samples hold, cut across their values.
    static let vocabularyTexts: [[UInt8]] =
        crossingTexts
        + [
            "\"name\"", "me\":\"", "\",\"te", "mperature\":", "[{\"", "\"}]", "}}", "{}", "\":[", "\":{\"", "},\"",
            "null,\"",
            "2024-0", "-02-29", "T12:", ":59Z\"", "+08:00", "F12", "0.00", ".5", "e5", "1000", "99", "-0", "-1",
            "kind\":\"",
            "https://", "[\"+\",", "[\"-\",[", "]]", "\"ab\":tr", "檢查\"", "，", "。\"}", "X-1", "\",\"", "\"\",\"",
        ].map { Array($0.utf8) }

    @Test("a walk over allowed tokens can be closed anywhere and gives a valid document", arguments: SampleSchema.all)
    func walks(sample: SampleSchema) throws {
        let vocabulary = try TestVocabulary(Self.vocabularyTexts)
        let start = try constraint(sample.text, vocabulary.table)
        let validator = try PlainValidator(schema: sample.text)
        let seed = testSeed(sample.name)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5 {
            var constraint = start
            var document: [UInt8] = []
            var steps = Int.random(in: 0...40, using: &random)
            while steps > 0, !constraint.isComplete {
                steps -= 1
                let mask = allowed(constraint)
                let shown = "seed \(seed), after \(String(decoding: document, as: UTF8.self))"
                #expect(!mask.isEmpty, "a dead end, \(shown)")
                #expect(mask.contains(vocabulary.end) == constraint.mayEnd, "\(shown)")
                let long = mask.filter { vocabulary.bytes[Int($0)].count > 1 && $0 != vocabulary.end }
                let choices = long.isEmpty || Bool.random(using: &random) ? mask : long
                guard let token = choices.sorted().randomElement(using: &random), token != vocabulary.end else { break }
                try constraint.advance(token)
                document += vocabulary.bytes[Int(token)]
            }
            let closing = constraint.closingBytes()
            let whole = document + closing
            let shown =
                "seed \(seed), \(String(decoding: document, as: UTF8.self)) + \(String(decoding: closing, as: UTF8.self))"
            #expect(validator.problem(whole) == nil, "\(shown)")
            #expect(constraint.advance(bytes: closing) == nil && constraint.mayEnd, "\(shown)")
        }
    }

    @Test("masks, closings and what is remembered of them agree with single bytes", arguments: SampleSchema.all)
    func masksAreExact(sample: SampleSchema) throws {
        let vocabulary = try TestVocabulary(Self.vocabularyTexts)
        var constraint = try constraint(sample.text, vocabulary.table)
        let seed = testSeed("masks of \(sample.name)")
        var random = SeededGenerator(seed: seed)
        var document: [UInt8] = []
        for _ in 0..<6 {
            let mask = allowed(constraint)
            let shown = "seed \(seed), after \(String(decoding: document, as: UTF8.self))"
            for token in Int32(0)..<vocabulary.end {
                #expect(mask.contains(token) == constraint.allows(token), "\(vocabulary.bytes[Int(token)]), \(shown)")
            }
            // No byte brings the end nearer by more than itself, and one does by itself: the distance is exact.
            let left = constraint.remainingBytes
            var after = left
            for byte in mask where byte < 256 {
                var next = constraint
                try next.advance(byte)
                after = min(after, next.remainingBytes)
            }
            #expect(constraint.mayEnd ? left == 0 : after == left - 1, "\(after) after \(left), \(shown)")
            guard let token = mask.sorted().randomElement(using: &random), token != vocabulary.end else { break }
            try constraint.advance(token)
            document += vocabulary.bytes[Int(token)]
        }
    }
}
