import ConstrainedDecoding
import Foundation
import GGUF
import Testing

@testable import Inference

@Suite("generation under a grammar")
struct ConstrainedGenerationTests {
    private struct Draft: Decodable {
        struct Step: Decodable {
            let action: String
            let cite: [String]
        }
        let steps: [Step]
        let escalation: String
    }

    private static let schema = """
        {"type":"object","properties":{"steps":{"type":"array","minItems":1,"maxItems":2,"items":{"type":"object",
        "properties":{"action":{"type":"string","minLength":1,"maxLength":6},
        "cite":{"type":"array","minItems":1,"maxItems":1,"items":{"enum":["p1","p2"]}}},
        "required":["action","cite"]}},"escalation":{"type":"string","maxLength":4}},"required":["steps","escalation"]}
        """

    /// Token i < 256 is byte i; the others are longer pieces, some of which cross the grammar's borders.
    private static let pieces = ["{\"", "steps", "\":[", "action\":\"", "\"}", "]}", "p1", "p2\"]", "。", "油位"]
    private static let bytes: [[UInt8]] = (0..<SyntheticModel.vocabulary).map { id in
        id < 256 ? [UInt8(id)] : id - 256 < pieces.count ? Array(pieces[id - 256].utf8) : []
    }
    private static let end: Int32 = 330

    private static func constraint() throws -> TokenConstraint {
        try TokenConstraint(
            grammar: Grammar(schema: JSONSchema(parsing: schema)),
            tokens: TokenTable(tokenBytes: bytes, endOfGeneration: [end]))
    }

    private static func draft(_ result: GenerationResult) throws -> Draft {
        try JSONDecoder().decode(Draft.self, from: Data(result.tokens.flatMap { bytes[Int($0)] } + result.closing))
    }

    @Test("even a model that knows nothing writes JSON of the schema, greedily and drawn", arguments: [0, 1.5])
    func alwaysValid(temperature: Double) throws {
        let constraint = try Self.constraint()
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            for seed in 0..<3 as Range<UInt64> {
                let request = GenerationRequest(
                    prompt: [1, 2, Int32(seed)], maxTokens: 220, temperature: Float(temperature), seed: seed,
                    constraint: constraint, endOfGeneration: [Self.end])
                let result = try model.generate(request)
                #expect([.constraintComplete, .endOfGeneration].contains(result.stopReason))
                #expect(result.closing.isEmpty)
                let draft = try Self.draft(result)
                #expect((1...2).contains(draft.steps.count))
                #expect(draft.steps.allSatisfy { ["p1", "p2"].contains($0.cite[0]) })
            }
        }
    }

    @Test("wherever a limit cuts a text short, in a key, a string or a character, its closing makes it whole")
    func cutShort() throws {
        let constraint = try Self.constraint()
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(contextLength: 64))
            for maxTokens in [1, 2, 3, 5, 8, 13, 21, 34, 80] {
                let result = try model.generate(
                    GenerationRequest(
                        prompt: [1, 2, 3], maxTokens: maxTokens, temperature: 1.5, seed: 3, constraint: constraint,
                        endOfGeneration: [Self.end]))
                guard result.stopReason.isLimit else { continue }
                #expect(!result.closing.isEmpty)
                #expect((1...2).contains(try Self.draft(result).steps.count))
            }
        }
    }
}
