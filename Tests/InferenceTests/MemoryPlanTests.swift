import GGUF
import Testing

@testable import Inference

@Suite("the memory plan")
struct MemoryPlanTests {
    /// What drivers of cards of 8 and 24 GB let a process use, less a desktop's share.
    private static let cards = ["8 GB": 7_500 << 20, "24 GB": 23_500 << 20]

    static func footprint(_ name: String) throws -> ModelFootprint {
        let shape = try #require(BenchmarkShape.all.first { name.hasPrefix($0.name + "-") })
        let mix = try #require(BenchmarkMix(String(name.dropFirst(shape.name.count + 1))))
        var (bytes, count, embeddings) = (0, 0, 0)
        for tensor in shape.tensors(mix) {
            let values = tensor.dimensions.reduce(1, *)
            let format = if case .matrix(let format) = tensor.role { format } else { BlockFormat.f32 }
            bytes += format.byteCount(forValues: values)
            count += values
            if tensor.name == "token_embd.weight", !shape.isTied { embeddings = format.byteCount(forValues: values) }
        }
        return ModelFootprint(
            weightBytes: bytes, weightCount: count, readPerTokenBytes: bytes - embeddings, layerCount: shape.layers,
            embeddingLength: shape.embedding, feedForwardLength: shape.feedForward, headCount: shape.heads,
            keyHeadCount: shape.keyHeads, headSize: shape.headSize, vocabularyCount: shape.vocabulary)
    }

    @Test("a 7B Q4_K_M takes what the real file takes: 4.68 GB, 4.37 GB read a token, 57,344 bytes of cache a position")
    func sizes() throws {
        let plan = MemoryPlan(try Self.footprint("qwen2.5-7b-q4_k_m"), for: MemoryDemand(contextTokens: 8192))
        #expect((4.67e9...4.69e9).contains(Double(plan.weightBytes)))
        #expect((4.36e9...4.38e9).contains(Double(plan.readPerTokenBytes)))
        #expect(plan.cacheBytesPerToken == 57_344)
        #expect(plan.cacheBytes == 57_344 * 8192)
        #expect(plan.scratchBytes < 200 << 20)
        #expect(plan.totalBytes == plan.weightBytes + plan.cacheBytes + plan.scratchBytes + plan.stagingBytes)
        let small = try Self.footprint("qwen2.5-0.5b-q8_0")
        #expect(small.readPerTokenBytes == small.weightBytes, "tied embeddings are all read")
    }

    @Test("a cache of Q8_0 takes 34 bytes for 32 numbers, and whole blocks of 32 positions")
    func cache() throws {
        let model = try Self.footprint("qwen2.5-7b-q4_k_m")
        let plan = MemoryPlan(model, for: MemoryDemand(contextTokens: 33, cacheFormat: .q8))
        #expect(plan.cacheBytesPerToken == 57_344 / 64 * 34)
        #expect(plan.cacheTokens == 64)
    }

    @Test("counts the cache to the byte, and all that loading takes of the device", arguments: CacheFormat.allCases)
    func reality(format: CacheFormat) throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            // The plan does not know the profile and counts with the most splits that one may ask for.
            var profile = KernelProfile(device: device.description)
            profile.attentionSplits = AttentionSplits.limit
            let model = try LanguageModel(
                file: file.gguf, device: device,
                options: .init(cacheLength: 1000, cacheFormat: format, maximumTexts: 3, profile: profile))
            let plan = model.memory
            let loaded = withExtendedLifetime(model) { device.bufferBytes }
            // Sizes of single buffers are rounded up.
            #expect(abs(plan.weightBytes + plan.cacheBytes + plan.scratchBytes - loaded) < 1 << 10)
            let attention = AttentionShape(
                heads: 4, kvHeads: 2, headSize: 64, context: 256, cacheLength: 1000, cacheFormat: format)
            let caches = try (0..<2).map { _ in try LayerCache(device: device, shape: attention) }
            #expect(caches.reduce(0) { $0 + $1.keys.sizeBytes + $1.values.sizeBytes } == plan.cacheBytes)
        }
    }

    @Test(
        "fits the cards that it should fit",
        arguments: [
            ("qwen2.5-7b-q4_k_m", 8192, 8192, 4, "8 GB"), ("qwen2.5-7b-q4_k_m", 8192, 32_768, 4, "8 GB"),
            ("qwen2.5-14b-q4_k_m", 8192, 8192, 1, "24 GB"), ("qwen2.5-14b-q4_k_m", 8192, 32_768, 16, "24 GB"),
            ("llama-3.1-8b-q4_k_m", 8192, 8192, 4, "8 GB"), ("mistral-nemo-12b-q4_k_m", 8192, 8192, 4, "24 GB"),
        ])
    func fits(name: String, context: Int, cache: Int, texts: Int, card: String) throws {
        let demand = MemoryDemand(contextTokens: context, cacheTokens: cache, textCount: texts)
        let verdict = MemoryVerdict(
            try Self.footprint(name), for: demand, freeBytes: try #require(Self.cards[card]))
        guard case .fits(let spare) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(spare >= 0)
    }

    @Test("a context that is too long is answered with the longest that fits, which does fit and a block more does not")
    func shorterContext() throws {
        let model = try Self.footprint("qwen2.5-7b-q4_k_m")
        let free = try #require(Self.cards["8 GB"])
        let verdict = MemoryVerdict(model, for: MemoryDemand(contextTokens: 131_072), freeBytes: free)
        guard case .shorterContext(let tokens) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(tokens > 32_768 && tokens % 32 == 0)
        for (length, fits) in [(tokens, true), (tokens + 32, false)] {
            let plan = MemoryPlan(model, for: MemoryDemand(contextTokens: length))
            #expect((plan.totalBytes <= free) == fits)
        }
        #expect(verdict.advice.contains("\(tokens) positions"))
    }

    @Test(
        "a file that is too large is answered with the widest quantization that fits, with the whole context if it can")
    func smallerQuantization() throws {
        let free = try #require(Self.cards["8 GB"])
        let large = try Self.footprint("qwen2.5-14b-q4_k_m")
        let short = MemoryVerdict(large, for: MemoryDemand(contextTokens: 2048), freeBytes: free)
        #expect(short == .smallerQuantization(try mix("Q2_K"), tokens: 2048))
        #expect(short.advice.contains("Q2_K"))
        let long = MemoryVerdict(large, for: MemoryDemand(contextTokens: 32_768), freeBytes: free)
        #expect(long == .smallerQuantization(try mix("Q2_K"), tokens: 2048))
        let wide = MemoryVerdict(
            try Self.footprint("qwen2.5-7b-q8_0"), for: MemoryDemand(contextTokens: 8192), freeBytes: free)
        #expect(wide == .smallerQuantization(try mix("Q6_K"), tokens: 8192))
    }

    private func mix(_ name: String) throws -> QuantizationMix {
        try #require(QuantizationMix.all.first { $0.name == name })
    }

    @Test("a model that fits in no quantization says so; nothing free is no trap")
    func tooLarge() throws {
        let model = try Self.footprint("qwen2.5-14b-q4_k_m")
        for free in [-1, 0, 2 << 30] {
            let verdict = MemoryVerdict(model, for: MemoryDemand(contextTokens: 8192), freeBytes: free)
            #expect(verdict == .tooLarge)
        }
    }

    @Test("a refusal names the device, what is free, what is needed, and what would fit")
    func refusal() throws {
        let model = try Self.footprint("qwen2.5-14b-q4_k_m")
        #expect {
            try MemoryPlan.requireFit(
                model, for: MemoryDemand(contextTokens: 8192), device: "a card", freeBytes: 7_500 << 20)
        } throws: { error in
            let error = error as? ModelError
            return error?.code == .doesNotFit
                && ["a card", "7500 MiB", "1536 MiB", "Q2_K"].allSatisfy { error?.detail.contains($0) == true }
        }
    }
}

@Suite("models for benchmarks")
struct BenchmarkModelTests {
    @Test("is a file that the plan accepts, without a file")
    func plans() throws {
        let file = try BenchmarkModel.file(named: "qwen2.5-7b-q4_k_m")
        let (shape, footprint, _) = try LanguageModel.plan(file: file, options: .init(contextLength: 2048))
        #expect(shape.layerCount == 28)
        #expect((4.67e9...4.69e9).contains(Double(footprint.weightBytes)))
        let wide = try file.tensor("blk.0.ffn_down.weight")
        #expect(wide.format == .q6_K)
        #expect(file.tensors.filter { $0.name.hasSuffix("ffn_down.weight") && $0.format == .q6_K }.count == 14)
    }

    @Test("rows that are no whole blocks of 256 have formats of 32, as real files have")
    func narrow() throws {
        let file = try BenchmarkModel.file(named: "qwen2.5-0.5b-q4_k_m")
        #expect(try LanguageModel.plan(file: file).shape.layerCount == 24)
        #expect(try file.tensor("token_embd.weight").format == .q8_0)
        #expect(try file.tensor("blk.0.attn_q.weight").format == .q5_0)
        #expect(try file.tensor("blk.3.ffn_down.weight").format == .q4_K)
    }

    @Test(
        "an unknown name is refused with the known ones", arguments: ["", "qwen2.5-7b", "qwen2.5-7b-q9", "gpt-q4_k_m"])
    func unknown(name: String) {
        #expect { try BenchmarkModel.file(named: name) } throws: { error in
            let error = error as? ModelError
            return error?.code == .invalidRequest && error?.detail.contains("qwen2.5-7b") == true
        }
    }
}
