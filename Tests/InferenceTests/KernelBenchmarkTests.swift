import GGUF
import Testing
import VulkanCompute

@testable import Inference

@Suite("the measurement of kernels")
struct KernelBenchmarkTests {
    private func options(
        columns: [Int] = [1], contexts: [Int] = [64, 128], change: (inout KernelBenchmark.Options) -> Void = { _ in }
    ) -> KernelBenchmark.Options {
        var options = KernelBenchmark.Options()
        options.columns = columns
        options.contexts = contexts
        options.promptTokens = 8
        options.rounds = 1
        change(&options)
        return options
    }

    @Test("a step's products move the weights that the plan says a token reads, and activations")
    func bytes() throws {
        let file = try SyntheticModel.make(.q8_0, mixed: ["blk.1.ffn_down.weight": .q6_K])
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            let figures = try KernelBenchmark(model, options: options(columns: [1, 4])).run()
            let step = figures.kernels.filter { !$0.isPrompt && $0.columns == 1 && $0.kind == .product }
            let moved = step.reduce(0) { $0 + $1.movedBytes * $1.countPerPass }
            let weights = model.memory.readPerTokenBytes
            // Per layer: the input of each product and its norm, biases, what comes out, and the angles.
            let (embedding, feedForward, query, kv, vocabulary) = (256, 512, 256, 128, 331)
            let activations =
                2 * (4 * embedding + query + 4 * embedding + 3 * feedForward + 4 * (query + 2 * kv))
                + 2 * embedding + vocabulary
            #expect(moved > weights)
            #expect(moved < weights + activations * 4)

            // The same products for four columns: weights once, activations four times at most.
            let wide = figures.kernels.filter { !$0.isPrompt && $0.columns == 4 && $0.kind == .product }
            #expect(wide.map(\.label) == step.map(\.label))
            let movedWide = wide.reduce(0) { $0 + $1.movedBytes * $1.countPerPass }
            #expect(movedWide > moved && movedWide < moved + 3 * activations * 4)

            // A row of 8 blocks, where it goes, and the token's id; of the embeddings no more.
            let embed = try #require(figures.kernels.first { $0.label.hasPrefix("embed") && $0.columns == 1 })
            #expect(embed.movedBytes == 8 * 34 + 4 * embedding + 4)

            // Formats are told apart, and layers that differ are both measured.
            let down = step.filter { $0.label.hasSuffix(" \(embedding)x\(feedForward)") }
            #expect(down.map(\.countPerPass) == [1, 1])
            #expect(Set(down.map { $0.label.split(separator: " ")[0].suffix(4) }) == ["q8_0", "q6_k"])
            #expect(figures.kernels.allSatisfy { $0.medianNs > 0 && $0.bytesPerSecond > 0 })
            #expect(figures.skipped == [])
        }
    }

    @Test("the kernels of a step are the dispatches of a token")
    func counts() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            let dispatches = try model.dispatchCounts()
            // Projection, attention, output, gates, down; and embedding, logits, choice.
            #expect(dispatches.perLayer == 5)
            #expect(dispatches.perToken == 2 * 5 + 3)
            let figures = try KernelBenchmark(model, options: options(contexts: [64])).run()
            let step = figures.kernels.filter { !$0.isPrompt }
            #expect(step.reduce(0) { $0 + $1.countPerPass } == dispatches.perToken)
            let attention = try #require(step.first { $0.kind == .attention })
            #expect(attention.contextTokens == 64 && attention.countPerPass == 2)
        }
    }

    @Test("attention moves the keys and values of all that it sees")
    func attention() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(cacheLength: 512))
            let figures = try KernelBenchmark(model, options: options(columns: [1, 2])).run()
            func moved(columns: Int, context: Int, isPrompt: Bool = false) throws -> Int {
                try #require(
                    figures.kernels.first {
                        $0.columns == columns && $0.contextTokens == context && $0.isPrompt == isPrompt
                    }
                ).movedBytes
            }
            // 128 float16 keys and as many values a position, and for each block of 32 its place.
            let bytes = 64 * 2 * 128 * 2 + 2 * 4
            let short = try moved(columns: 1, context: 64)
            #expect(try moved(columns: 1, context: 128) - short == bytes)
            #expect(try moved(columns: 2, context: 64) == 2 * short)
            #expect(
                try moved(columns: 8, context: 128, isPrompt: true) - moved(columns: 8, context: 64, isPrompt: true)
                    == bytes)
        }
    }

    @Test("leaves the cache to others as it was, and what the model writes is the same after it")
    func leavesNoTrace() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            let request = GenerationRequest(prompt: Array(repeating: 5, count: 40), maxTokens: 4)
            let before = try model.generate(request)
            _ = try KernelBenchmark(model, options: options(columns: [4])).run()
            #expect(model.cache.allocator.usedCount == 0)
            let after = try model.generate(request)
            #expect(after.tokens == before.tokens)
        }
    }

    @Test("leaves out what would take too long, and what the model has no room for, and names it")
    func skips() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(maximumTexts: 2))
            let impatient = try KernelBenchmark(
                model, options: options(columns: [1, 2], contexts: []) { $0.patienceMs = 0 }
            ).run()
            #expect(impatient.kernels.allSatisfy { $0.columns == 1 || $0.isPrompt })
            #expect(impatient.skipped.count == 1 && impatient.skipped[0].hasPrefix("a step of 2: about"))
            let many = try KernelBenchmark(model, options: options(columns: [4], contexts: [])).run()
            #expect(many.kernels.allSatisfy { $0.isPrompt })
            #expect(many.skipped == ["a step of 4: no room in the cache"])
            let none = try KernelBenchmark(model, options: options(columns: [])).run()
            #expect(none == KernelFigures())
        }
    }
}

@Suite("the measurement of prompts and texts")
struct GenerationBenchmarkTests {
    private var options: GenerationBenchmark.Options {
        var options = GenerationBenchmark.Options()
        options.promptTokens = 40
        options.newTokens = 3
        options.rounds = 2
        options.texts = 3
        options.firstTokenLengths = [4, 400]
        return options
    }

    @Test("has a value for each round, of each number of texts and each prompt that fits the context")
    func measures() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(
                file: file.gguf, device: device, options: .init(cacheLength: options.cacheLength))
            var progress: [Double] = []
            let figures = try GenerationBenchmark(model, options: options).run { progress.append($0) }
            for values in [
                figures.prefillTokensPerSecond, figures.decodeTokensPerSecond, figures.firstTokenMs,
                figures.decodeCPUMsPerToken,
            ] {
                #expect(values.count == 2 && values.allSatisfy { $0 > 0 })
            }
            #expect(figures.batches.map(\.texts) == [2, 3])
            #expect(figures.batches.allSatisfy { $0.tokensPerSecond.count == 2 && $0.tokensPerSecond[0] > 0 })
            #expect(figures.firstTokens.map(\.promptTokens) == [4, 400])
            #expect(figures.firstTokens[0].ms.count == 2 && figures.firstTokens[0].skipped == nil)
            #expect(figures.firstTokens[1].ms == [] && figures.firstTokens[1].skipped?.contains("256") == true)
            #expect(progress == progress.sorted() && progress.last == 1)
            #expect(model.cache.allocator.usedCount == 0)
        }
    }

    @Test("leaves out first tokens that would take too long")
    func impatient() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            var options = options
            options.texts = 1
            options.patienceMs = 0
            let figures = try GenerationBenchmark(model, options: options).run()
            #expect(figures.firstTokens[0].ms == [] && figures.firstTokens[0].skipped != nil)
            #expect(figures.batches == [])
        }
    }

    @Test("no prompt begins as another does")
    func prompts() {
        var source = PromptSource(vocabularyCount: 331)
        let prompts = (0..<20).map { _ in source.next(32) }
        #expect(Set(prompts).count == 20)
        #expect(prompts.allSatisfy { $0.count == 32 && $0.allSatisfy { (0..<331).contains($0) } })
    }

    @Test("what starting work costs can be measured")
    func overhead() throws {
        try withValidatedDevice { device in
            let overhead = try LaunchOverhead.measure(device: device)
            #expect(overhead.dispatchNs >= 0 && overhead.submissionNs >= 0)
            #expect(overhead.dispatchNs + overhead.submissionNs > 0)
        }
    }
}
