import GGUF
import Testing
import VulkanCompute

@testable import Inference

@Suite("each architecture")
struct ArchitectureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let shape: SyntheticShape
        let format: BlockFormat
        /// Of the normalised mean squared error of the logits.
        let ceiling: Double

        var testDescription: String { "\(shape.name) \(format.name)" }
    }

    @Test(
        "agrees with the NumPy reference in logits and 64 greedy tokens",
        arguments: [
            Case(shape: .qwen3, format: .q8_0, ceiling: 1e-3), Case(shape: .llama, format: .f32, ceiling: 1e-4),
            Case(shape: .llama, format: .q8_0, ceiling: 1e-3), Case(shape: .nemo, format: .q8_0, ceiling: 1e-3),
        ])
    func agreesWithReference(_ test: Case) throws {
        let golden = try Golden(test.format, test.shape)
        let file = try SyntheticModel.make(test.format, test.shape)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            let error = nmse(try model.logits(tokens: golden.prompt), golden.logits)
            #expect(error < test.ceiling, "NMSE \(error)")
            let result = try model.generate(GenerationRequest(prompt: golden.prompt, maxTokens: 64))
            #expect(result.tokens == golden.greedy)
        }
    }

    @Test(
        "gives the same logits, bit by bit, however the prompt is cut into batches, and the same text after a prefix",
        arguments: [SyntheticShape.qwen3, .llama])
    func batchesDoNotMatter(shape: SyntheticShape) throws {
        let file = try SyntheticModel.make(.q8_0, shape)
        try withValidatedDevice { device in
            let tokens = (0..<45).map { Int32($0 * 29 % 331) }
            let whole = try LanguageModel(file: file.gguf, device: device)
            let cut = try LanguageModel(file: file.gguf, device: device, options: .init(batchSize: 7))
            #expect(try cut.logits(tokens: tokens) == whole.logits(tokens: tokens))
            let request = GenerationRequest(prompt: tokens, maxTokens: 8)
            let fresh = try whole.generate(request)
            _ = try cut.generate(GenerationRequest(prompt: Array(tokens.prefix(40)), maxTokens: 1))
            let continued = try cut.generate(request)
            #expect(continued.timings.cachedTokens >= 32)
            #expect(continued.tokens == fresh.tokens)
        }
    }

    @Test("takes files of the size of well-known models", arguments: BenchmarkModel.shapeNames)
    func wellKnownModels(name: String) throws {
        let expected = try #require(BenchmarkShape.all.first { $0.name == name })
        let plan = try LanguageModel.plan(
            file: BenchmarkModel.file(named: "\(name)-q8_0"), options: .init(contextLength: expected.context))
        #expect(plan.shape.contextLength == expected.context && plan.shape.vocabularyCount == expected.vocabulary)
        #expect(plan.footprint.headSize == expected.headSize && plan.footprint.layerCount == expected.layers)
    }
}
