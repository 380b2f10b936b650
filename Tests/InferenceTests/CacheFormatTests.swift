import GGUF
import Testing
import VulkanCompute

@testable import Inference

@Suite("a model with a cache of Q8_0")
struct CacheFormatTests {
    @Test(
        "stays close to the NumPy reference, whose cache is exact",
        arguments: [SyntheticShape.qwen2, .qwen3, .llama])
    func agreesWithReference(shape: SyntheticShape) throws {
        let golden = try Golden(.q8_0, shape)
        let file = try SyntheticModel.make(.q8_0, shape)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(cacheFormat: .q8))
            let error = nmse(try model.logits(tokens: golden.prompt), golden.logits)
            #expect(error < 1e-3, "NMSE \(error)")
            // A prompt and the steps after it have kernels of their own: both must see the same cache.
            let text = try model.generate(GenerationRequest(prompt: golden.prompt, maxTokens: 12)).tokens
            for length in [0, 1, 7, 11] {
                let logits = try model.logits(tokens: golden.prompt + text.prefix(length))
                #expect(logits.indices.max { logits[$0] < logits[$1] } == Int(text[length]))
            }
        }
    }

    @Test("gives the same logits, bit by bit, however the prompt is cut, and the same text after a cached prefix")
    func cutsDoNotMatter() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            func load(batchSize: Int) throws -> LanguageModel {
                try LanguageModel(
                    file: file.gguf, device: device, options: .init(cacheFormat: .q8, batchSize: batchSize))
            }
            let tokens = (0..<45).map { Int32($0 * 29 % 331) }
            let (whole, cut, single) = (try load(batchSize: 256), try load(batchSize: 7), try load(batchSize: 1))
            let logits = try whole.logits(tokens: tokens)
            #expect(try cut.logits(tokens: tokens) == logits)
            #expect(try single.logits(tokens: tokens) == logits)
            let request = GenerationRequest(prompt: tokens, maxTokens: 12, temperature: 0.9, seed: 3)
            let fresh = try whole.generate(request)
            _ = try cut.generate(GenerationRequest(prompt: Array(tokens.prefix(40)), maxTokens: 1))
            let continued = try cut.generate(request)
            #expect(continued.timings.cachedTokens == 32)
            #expect(continued.tokens == fresh.tokens)
        }
    }

    @Test("continues a text alone as in company")
    func companyDoesNotMatter() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(
                file: file.gguf, device: device, options: .init(cacheLength: 1024, cacheFormat: .q8))
            let requests = [1, 31, 33, 50].map { length in
                GenerationRequest(
                    prompt: (0..<length).map { Int32(($0 * 37 + length) % 331) }, maxTokens: 10, temperature: 0.9,
                    seed: UInt64(length))
            }
            let alone = try requests.map { try model.generate($0).tokens }
            let batch = TextBatch(model: model)
            var together: [UInt64: [Int32]] = [:]
            for (index, request) in requests.enumerated() {
                let id = UInt64(index)
                batch.add(
                    TextInWork(id: id, request: request, onToken: { _ in true }) {
                        together[id] = try? $0.get().tokens
                    })
            }
            for _ in 0..<100 where !batch.isIdle { try batch.step() }
            #expect(requests.indices.map { together[UInt64($0)] } == alone)
        }
    }

    @Test("is refused, with the size and what would do, where heads are not whole blocks; float16 takes them")
    func refused() throws {
        let file = try SyntheticShape.qwen3.small.makeHollow()
        #expect {
            try LanguageModel.plan(file: file.gguf, options: .init(cacheFormat: .q8))
        } throws: { error in
            let error = error as? ModelError
            return error?.code == .invalidRequest
                && ["heads of 8 values", "Q8_0", "multiples of 32", "F16"].allSatisfy {
                    error?.detail.contains($0) == true
                }
        }
        #expect(try LanguageModel.plan(file: file.gguf).demand.cacheFormat == .float16)
        let device = try ComputeDevice(instance: VulkanInstance())
        #expect(throws: ModelError.self) {
            try LanguageModel(file: file.gguf, device: device, options: .init(cacheFormat: .q8))
        }
        #expect(device.bufferBytes == 0)
    }
}
