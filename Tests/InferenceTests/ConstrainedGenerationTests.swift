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

    @Test("even a model that knows nothing writes JSON of the schema, greedily and drawn", arguments: [0, 1.5])
    func alwaysValid(temperature: Double) throws {
        // Token i < 256 is byte i; the others are longer pieces, some of which cross the grammar's borders.
        let pieces = ["{\"", "steps", "\":[", "action\":\"", "\"}", "]}", "p1", "p2\"]", "。", "油位"]
        let bytes = (0..<SyntheticModel.vocabulary).map { id in
            id < 256 ? [UInt8(id)] : id - 256 < pieces.count ? Array(pieces[id - 256].utf8) : []
        }
        let table = try TokenTable(tokenBytes: bytes, endOfGeneration: [330])
        let constraint = try TokenConstraint(
            grammar: Grammar(schema: JSONSchema(parsing: Self.schema)), tokens: table)
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            for seed in 0..<3 as Range<UInt64> {
                let request = GenerationRequest(
                    prompt: [1, 2, Int32(seed)], maxTokens: 220, temperature: Float(temperature), seed: seed,
                    constraint: constraint, endOfGeneration: [330])
                let result = try model.generate(request)
                let text = result.tokens.flatMap { bytes[Int($0)] }
                #expect([.constraintComplete, .endOfGeneration].contains(result.stopReason))
                let draft = try JSONDecoder().decode(Draft.self, from: Data(text))
                #expect((1...2).contains(draft.steps.count))
                #expect(draft.steps.allSatisfy { ["p1", "p2"].contains($0.cite[0]) })
            }
        }
    }
}
