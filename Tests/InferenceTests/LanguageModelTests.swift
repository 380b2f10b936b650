import Foundation
import GGUF
import Testing

@testable import Inference

/// What `Reference/reference.py goldens` wrote.
struct Golden: Decodable {
    let prompt: [Int32]
    let logits: [Float]
    let greedy: [Int32]

    init(_ format: BlockFormat, _ shape: SyntheticShape = .qwen2) throws {
        let name = "\(shape.name)-\(format.name.lowercased())"
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
            let ceiling = [.f32, .f16, .bf16].contains(format) ? 1e-4 : 1e-3
            #expect(error < ceiling, "NMSE \(error)")
            let result = try model.generate(GenerationRequest(prompt: golden.prompt, maxTokens: 64))
            #expect(result.tokens == golden.greedy)
            #expect(result.stopReason == .maxTokens)
            #expect(result.timings.decodeTokens == 63)
        }
    }

    @Test("may mix formats and have output weights of its own, as Q4_K_M files do")
    func mixedFormats() throws {
        let mixed: [String: BlockFormat] = [
            "0.attn_v.weight": .q6_K, "1.ffn_down.weight": .q6_K, "1.ffn_up.weight": .q8_0, "1.attn_k.weight": .f16,
            "output.weight": .q6_K, "token_embd.weight": .q8_0,
        ]
        let file = try SyntheticModel.make(.q4_K, mixed: mixed, hasOutput: true)
        let plain = try SyntheticModel.make(.q4_K, mixed: mixed, expanded: true, hasOutput: true)
        try withValidatedDevice { device in
            let tokens = (0..<19).map { Int32($0 * 17 % 331) }
            let model = try LanguageModel(file: file.gguf, device: device)
            let expanded = try LanguageModel(file: plain.gguf, device: device)
            #expect(nmse(try model.logits(tokens: tokens), try expanded.logits(tokens: tokens)) < 1e-8)
            let request = GenerationRequest(prompt: tokens, maxTokens: 10)
            #expect(try model.generate(request).tokens == expanded.generate(request).tokens)
            #expect(model.memory.readPerTokenBytes < model.memory.weightBytes, "embeddings are not read")
        }
    }

    @Test("gives the same logits, bit by bit, however the prompt is cut into batches")
    func batchesDoNotMatter() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let tokens = (0..<45).map { Int32($0 * 29 % 331) }
            let logits = try [256, 44, 16, 1].map { size in
                try LanguageModel(file: file.gguf, device: device, options: .init(batchSize: size))
                    .logits(tokens: tokens)
            }
            for other in logits.dropFirst() { #expect(other == logits[0]) }
        }
    }

    @Test("answers the same with a prefix in the cache as without, and evaluates only the rest")
    func prefixReuse() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            let shared = (0..<40).map { Int32($0 * 31 % 331) }
            let first = GenerationRequest(prompt: shared + [5, 6, 7], maxTokens: 12, temperature: 0.9, seed: 3)
            let second = GenerationRequest(prompt: shared + [9], maxTokens: 12, temperature: 0.9, seed: 3)
            let fresh = try LanguageModel(file: file.gguf, device: device).generate(second)
            let before = try model.generate(first)
            let after = try model.generate(second)
            #expect(after.tokens == fresh.tokens)
            #expect(after.timings.cachedTokens == 32, "whole blocks")
            #expect(after.timings.prefillTokens == 9)
            let again = try model.generate(first)
            #expect(again.tokens == before.tokens)
            let repeated = try model.generate(first)
            #expect(repeated.tokens == before.tokens)
            #expect(repeated.timings.prefillTokens == 11)
            let short = GenerationRequest(prompt: Array(shared.prefix(32)), maxTokens: 1)
            #expect(
                try model.generate(short).timings.prefillTokens == 32, "the last token's logits are always made anew")
        }
    }

    @Test("draws the same text for the same seed and another for another")
    func seeds() throws {
        let file = try SyntheticModel.make(.f16)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            func draw(_ seed: UInt64) throws -> [Int32] {
                try model.generate(
                    GenerationRequest(prompt: SyntheticModel.prompt, maxTokens: 20, temperature: 1, seed: seed)
                ).tokens
            }
            let first = try draw(1)
            #expect(try draw(1) == first)
            #expect(try draw(2) != first)
            #expect(try draw(1 << 40) != first)
        }
    }

    @Test("stops at the end of generation, when told to, at the limit and when the context is full")
    func stops() throws {
        let golden = try Golden(.f32)
        let file = try SyntheticModel.make(.f32)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(contextLength: 24))
            #expect(model.shape.contextLength == 24)
            var request = GenerationRequest(prompt: golden.prompt, maxTokens: 100)
            let full = try model.generate(request)
            #expect(full.stopReason == .contextFull)
            #expect(full.tokens == Array(golden.greedy.prefix(13)))

            let end = golden.greedy[5]
            request.endOfGeneration = [end]
            let ended = try model.generate(request)
            #expect(ended.stopReason == .endOfGeneration)
            #expect(ended.tokens == Array(golden.greedy.prefix { $0 != end }))

            request.endOfGeneration = []
            var seen: [Int32] = []
            let cancelled = try model.generate(request) { token in
                seen.append(token)
                return seen.count < 3
            }
            #expect(cancelled.stopReason == .cancelled)
            #expect(seen == Array(golden.greedy.prefix(3)))

            struct Stop: Error {}
            #expect(throws: Stop.self) { try model.generate(request) { _ in throw Stop() } }
            #expect(try model.generate(request).tokens == full.tokens, "the model is as it was")
        }
    }

    @Test("keeps to a mask, and says when it allows nothing")
    func mask() throws {
        struct Alternating: TokenMask {
            var step = 0
            var limit = 6
            var isComplete: Bool { step == limit }
            func mask(into mask: inout [UInt32]) {
                for index in mask.indices { mask[index] = 0 }
                if step < 4 { mask[step % 2] = 1 << 9 }
            }
            mutating func advance(_ token: Int32) { step += 1 }
        }
        let file = try SyntheticModel.make(.q4_K)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            var request = GenerationRequest(
                prompt: [1, 2, 3], maxTokens: 10, constraint: Alternating(limit: 4))
            let result = try model.generate(request)
            #expect(result.tokens == [9, 41, 9, 41])
            #expect(result.stopReason == .constraintComplete)
            request.constraint = Alternating(limit: 6)
            #expect { try model.generate(request) } throws: { ($0 as? ModelError)?.code == .noToken }
        }
    }

    @Test("warming up runs every kernel and leaves nothing behind")
    func warmsUp() throws {
        let golden = try Golden(.q6_K)
        let file = try SyntheticModel.make(.q6_K)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            try model.warmUp()
            let result = try model.generate(GenerationRequest(prompt: golden.prompt, maxTokens: 8))
            #expect(result.tokens == Array(golden.greedy.prefix(8)))
            #expect(result.timings.cachedTokens == 0)
        }
    }
}
