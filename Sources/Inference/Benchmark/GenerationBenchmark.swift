/// Measures how fast a model reads prompts and writes tokens, as its callers see it.
public struct GenerationBenchmark {
    /// What is measured.
    public struct Options: Sendable {
        /// Tokens of the prompt.
        public var promptTokens = 512
        /// Tokens that each text is continued by, at least 2.
        public var newTokens = 128
        /// Measured rounds; one more comes before them to warm up.
        public var rounds = 3
        /// Texts that are continued together at most: 1, 2, 4, … of them are measured.
        public var texts = 1
        /// Prompts whose first token is timed.
        public var firstTokenLengths = [64, 512, 1500]
        /// Prompts of ``firstTokenLengths`` whose rounds would take longer than this are left out.
        public var patienceMs = 20_000.0

        public init() {}

        /// Positions that one text needs at least.
        public var contextLength: Int {
            max(promptTokens + newTokens, texts > 1 ? batchPromptTokens + batchNewTokens(texts) : 0)
        }
        /// Positions that all texts need together.
        public var cacheLength: Int {
            let block = AttentionShape.blockPositions
            return texts * groupCount(batchPromptTokens + batchNewTokens(texts), of: block) * block
        }

        /// Where several texts are decoded, only their steps count, so that short prompts do.
        var batchPromptTokens: Int { min(promptTokens, AttentionShape.blockPositions) }

        /// Those that come first write a token more for each text whose prompt comes after, and nobody may be done
        /// before the last step.
        func batchNewTokens(_ texts: Int) -> Int { newTokens + texts + 2 }
    }

    private let model: LanguageModel
    private let options: Options

    /// - Parameter model: loaded for as many positions as the options need; no texts may be under way on it.
    public init(_ model: LanguageModel, options: Options = Options()) {
        self.model = model
        self.options = options
    }

    /// Measures.
    ///
    /// - Parameter progress: told which share of the runs is done.
    /// - Throws: ``ModelError`` as generating does.
    public func run(progress: (Double) -> Void = { _ in }) throws(ModelError) -> GenerationFigures {
        try ModelError.wrap {
            var figures = GenerationFigures()
            var prompts = PromptSource(vocabularyCount: model.shape.vocabularyCount)
            let counts = batchCounts
            let parts = Double(1 + options.firstTokenLengths.count + counts.count)
            try measureSingle(into: &figures, &prompts) { progress($0 / parts) }
            for (index, length) in options.firstTokenLengths.enumerated() {
                figures.firstTokens.append(try firstToken(length, figures.prefillTokensPerSecond, &prompts))
                progress(Double(index + 2) / parts)
            }
            for (index, count) in counts.enumerated() {
                figures.batches.append(try batch(of: count, &prompts))
                progress(Double(options.firstTokenLengths.count + index + 2) / parts)
            }
            return figures
        }
    }

    /// 2, 4, 8, … and the greatest.
    private var batchCounts: [Int] {
        guard options.texts > 1 else { return [] }
        return Array(sequence(first: 2) { $0 * 2 }.prefix { $0 < options.texts }) + [options.texts]
    }

    private func measureSingle(
        into figures: inout GenerationFigures, _ prompts: inout PromptSource, progress: (Double) -> Void
    ) throws {
        for round in 0...options.rounds {
            var cpu = (first: 0.0, last: 0.0)
            var count = 0
            let request = GenerationRequest(
                prompt: prompts.next(options.promptTokens), maxTokens: options.newTokens)
            let timings = try model.generate(request) { _ in
                cpu.last = ThreadClock.nowMs()
                if count == 0 { cpu.first = cpu.last }
                count += 1
                return true
            }.timings
            progress(Double(round + 1) / Double(options.rounds + 1))
            guard round > 0 else { continue }
            figures.prefillTokensPerSecond.append(timings.prefillTokensPerSecond)
            figures.decodeTokensPerSecond.append(timings.decodeTokensPerSecond)
            figures.firstTokenMs.append(timings.firstTokenMs)
            figures.decodeCPUMsPerToken.append((cpu.last - cpu.first) / Double(max(count - 1, 1)))
        }
    }

    /// - Parameter rates: of prompt tokens, as measured before.
    private func firstToken(
        _ length: Int, _ rates: [Double], _ prompts: inout PromptSource
    ) throws -> GenerationFigures.FirstToken {
        func skipped(_ why: String) -> GenerationFigures.FirstToken {
            .init(promptTokens: length, ms: [], skipped: why)
        }
        guard length <= model.shape.contextLength else {
            return skipped("the context holds \(model.shape.contextLength) tokens")
        }
        let rate = median(rates)
        let expectedMs = rate > 0 ? Double(length) / rate * 1000 : 0
        guard expectedMs * Double(options.rounds) <= options.patienceMs else {
            return skipped("about \(Int(expectedMs / 1000)) s each by the rate of the prompts before")
        }
        let ms = try (0..<options.rounds).map { _ in
            try model.generate(GenerationRequest(prompt: prompts.next(length), maxTokens: 1)).timings.firstTokenMs
        }
        return .init(promptTokens: length, ms: ms, skipped: nil)
    }

    /// Times steps in which all texts take part, and nothing else.
    private func batch(of count: Int, _ prompts: inout PromptSource) throws -> GenerationFigures.Batch {
        let clock = ContinuousClock()
        let steps = options.newTokens - 1
        let rates = try (0..<options.rounds).map { _ in
            let batch = TextBatch(model: model)
            defer { _ = batch.takeAll() }
            for id in 0..<count {
                let request = GenerationRequest(
                    prompt: prompts.next(options.batchPromptTokens), maxTokens: options.batchNewTokens(count))
                batch.add(
                    TextInWork(id: UInt64(id), request: request, onToken: { _ in true }, onEnd: { _ in }))
            }
            repeat { try batch.step() } while !batch.waiting.isEmpty || batch.running.contains(where: \.isInPrompt)
            // The first step of all texts records its commands.
            try batch.step()
            let elapsed = try clock.measure { for _ in 0..<steps { try batch.step() } }
            guard batch.running.count == count else {
                throw ModelError(.busy, "\(batch.running.count) of \(count) texts had room in the cache")
            }
            return Double(count * steps) / elapsed.milliseconds * 1000
        }
        return .init(texts: count, tokensPerSecond: rates)
    }
}

/// Prompts of random tokens, each another, so that none finds a beginning of its own in the cache.
struct PromptSource {
    let vocabularyCount: Int
    private var random = RandomSource(seed: 1)

    init(vocabularyCount: Int) { self.vocabularyCount = vocabularyCount }

    mutating func next(_ count: Int) -> [Int32] {
        (0..<count).map { _ in Int32(random.next() % UInt32(vocabularyCount)) }
    }
}
