import Foundation
import GGUF
import Testing
import VulkanCompute

@testable import Inference

/// What `Reference/reference.py goldens` wrote.
struct Golden: Decodable {
    let prompt: [Int32]
    let logits: [Float]
    let greedy: [Int32]

    init(_ format: BlockFormat) throws {
        let name = "qwen2-\(format.name.lowercased())"
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
        self = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    }
}

@Suite("a Qwen2 model")
struct LanguageModelTests {
    @Test("agrees with the NumPy reference in logits and 64 greedy tokens", arguments: BlockFormat.allCases)
    func agreesWithReference(format: BlockFormat) throws {
        let golden = try Golden(format)
        let file = try SyntheticModel.make(format)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            let error = nmse(try model.logits(tokens: golden.prompt), golden.logits)
            let ceiling = format == .f32 || format == .f16 ? 1e-4 : 1e-3
            #expect(error < ceiling, "NMSE \(error)")
            let result = try model.generate(GenerationRequest(prompt: golden.prompt, maxTokens: 64))
            #expect(result.tokens == golden.greedy)
            #expect(result.stopReason == .maxTokens)
            print("\(format.name): NMSE \(error), \(result.timings)")
        }
    }
}
