import GGUF
import Testing

@testable import Inference

@Suite("the context")
struct ContextLengthTests {
    private func planned(_ own: Int, asked: Int?) throws -> Int {
        let shape = SyntheticShape.qwen3.small
        let file = try shape.makeHollow(metadata: { $0[shape.key("context_length")] = .uint32(UInt32(own)) })
        return try LanguageModel.plan(file: file.gguf, options: .init(contextLength: asked)).shape.contextLength
    }

    @Test("is at most 4096 positions unless asked, and up to the model's own if asked")
    func lengths() throws {
        #expect(try planned(131_072, asked: nil) == 4096)
        #expect(try planned(1000, asked: nil) == 1000)
        #expect(try planned(131_072, asked: 131_072) == 131_072)
        #expect(try planned(131_072, asked: 1) == 1)
    }

    @Test("of more than the model's own, or of none, is refused", arguments: [1001, .max, 0, -1, .min])
    func refused(asked: Int) throws {
        let error = try #require(throws: ModelError.self) { try planned(1000, asked: asked) }
        #expect(error.code == .invalidRequest && error.detail.contains("\(asked)"))
    }

    @Test("is in the cache as often as asked for, but not more often than there are texts")
    func contexts() throws {
        let file = try SyntheticModel.make(.f16)
        try withValidatedDevice { device in
            for (contexts, texts, tokens) in [(3, 16, 96), (9, 2, 64), (0, 16, 32)] {
                var options = LanguageModel.Options(contextLength: 32, maximumTexts: texts)
                options.contextsInCache = contexts
                let model = try LanguageModel(file: file.gguf, device: device, options: options)
                #expect(model.memory.cacheTokens == tokens)
            }
        }
    }

    @Test("that a prompt overflows is an error before anything is evaluated; a full one still gives a token")
    func overflow() throws {
        let file = try SyntheticModel.make(.f16)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(contextLength: 20))
            let full = (0..<20).map { Int32($0) }
            let expected = try model.generate(GenerationRequest(prompt: full, maxTokens: 5))
            #expect(expected.tokens.count == 1 && expected.stopReason == .contextFull)
            for tokens in [full + [1], full + full] {
                let ofLogits = try #require(throws: ModelError.self) { try model.logits(tokens: tokens) }
                var chosen = 0
                let ofText = try #require(throws: ModelError.self) {
                    try model.generate(GenerationRequest(prompt: tokens, maxTokens: 5)) { _ in
                        chosen += 1
                        return true
                    }
                }
                #expect(ofLogits.code == .contextOverflow && ofText.code == .contextOverflow && chosen == 0)
                #expect(ofText.detail.contains("\(tokens.count) tokens, the context holds 20"))
            }
            let again = try model.generate(GenerationRequest(prompt: full, maxTokens: 5))
            #expect(again.tokens == expected.tokens)
        }
    }
}
