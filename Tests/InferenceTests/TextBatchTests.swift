import Dispatch
import GGUF
import TestSupport
import Testing

@testable import Inference
@testable import VulkanCompute

@Suite("several texts on one model, step by step")
struct TextBatchTests {
    /// Allows tokens of one residue class, another one at each position.
    struct Residues: TokenMask {
        var next: Int32
        var left: Int

        var isComplete: Bool { left == 0 }

        func mask(into mask: inout [UInt32]) {
            for index in mask.indices { mask[index] = 0 }
            for token in stride(from: Int(next), to: SyntheticModel.vocabulary, by: 7) {
                mask[token / 32] |= 1 << UInt32(token % 32)
            }
        }

        mutating func advance(_ token: Int32) {
            next = (next + 3) % 7
            left -= 1
        }
    }

    /// What came of a text in a batch.
    final class Outcome {
        var result: Result<GenerationResult, any Error>?
        var tokens: [Int32] = []
    }

    /// Sixteen requests that differ in all that a request may say; some share beginnings of whole blocks.
    static func mixed(seed: UInt64) -> [GenerationRequest] {
        var random = SeededGenerator(seed: seed)
        let vocabulary = Int32(SyntheticModel.vocabulary)
        let shared = (0..<70).map { Int32($0 * 31) % vocabulary }
        return (0..<16).map { index in
            let own = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                Int32.random(in: 0..<vocabulary, using: &random)
            }
            return GenerationRequest(
                prompt: (index % 3 == 0 ? shared : []) + own, maxTokens: Int.random(in: 1...24, using: &random),
                temperature: index % 2 == 0 ? 0 : 0.9, topK: index % 4 == 1 ? 20 : 0,
                topP: index % 4 == 3 ? 0.8 : 1, seed: UInt64(index),
                constraint: index % 5 == 4 ? Residues(next: 2, left: 9) : nil)
        }
    }

    static func add(
        _ request: GenerationRequest, to batch: TextBatch, id: UInt64, priority: GenerationPriority = .normal
    ) -> Outcome {
        let outcome = Outcome()
        batch.add(
            TextInWork(id: id, request: request, priority: priority) { token in
                outcome.tokens.append(token)
                return true
            } onEnd: {
                outcome.result = $0
            })
        return outcome
    }

    static func finish(_ batch: TextBatch) throws {
        var steps = 0
        while !batch.isIdle {
            try batch.step()
            steps += 1
            try #require(steps < 5000, "the batch makes progress")
        }
    }

    @Test("sixteen mixed texts come out as each alone, token for token, also where the cache is too short for all")
    func equalsAlone() throws {
        let file = try SyntheticModel.make(.q8_0)
        let requests = Self.mixed(seed: 5)
        try withValidatedDevice { device in
            let alone = try LanguageModel(file: file.gguf, device: device)
            let expected = try requests.map { try alone.generate($0) }
            for cacheLength in [nil, 256] as [Int?] {
                let model = try LanguageModel(
                    file: file.gguf, device: device,
                    options: .init(cacheLength: cacheLength ?? 16 * 128, batchSize: 32))
                let batch = TextBatch(model: model)
                let outcomes = requests.enumerated().map { Self.add($1, to: batch, id: UInt64($0)) }
                try Self.finish(batch)
                for (index, outcome) in outcomes.enumerated() {
                    let result = try #require(try outcome.result?.get())
                    #expect(result.tokens == expected[index].tokens, "text \(index)")
                    #expect(result.stopReason == expected[index].stopReason, "text \(index)")
                    #expect(outcome.tokens == result.tokens, "each token is given once, text \(index)")
                }
                #expect(batch.statistics.usedBlocks == 0)
            }
        }
    }

    @Test("a more urgent text starts in the next step, and takes the place of a less urgent one if need be")
    func startsUrgent() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(maximumTexts: 2))
            let request = GenerationRequest(prompt: SyntheticModel.prompt, maxTokens: 30)
            let expected = try model.generate(request).tokens
            let batch = TextBatch(model: model)
            let slow = (0..<3).map { Self.add(request, to: batch, id: UInt64($0), priority: .low) }
            for _ in 0..<4 { try batch.step() }
            let urgent = Self.add(request, to: batch, id: 3, priority: .high)
            try batch.step()
            #expect(urgent.tokens.count == 2, "prompt and first step")
            try Self.finish(batch)
            for outcome in slow + [urgent] {
                #expect(try outcome.result?.get().tokens == expected)
                #expect(outcome.tokens == expected, "nothing is given twice to a text that had to wait")
            }
        }
    }

    @Test("equals go in the order of arrival, and a long prompt holds nobody up for more than one part")
    func isFair() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(
                file: file.gguf, device: device, options: .init(cacheLength: 512, batchSize: 32))
            let batch = TextBatch(model: model)
            let short = Self.add(.init(prompt: [1, 2, 3], maxTokens: 20), to: batch, id: 0)
            try batch.step()
            let long = Self.add(
                .init(prompt: (0..<200).map { Int32($0) }, maxTokens: 2), to: batch, id: 1)
            let last = Self.add(.init(prompt: [4, 5, 6], maxTokens: 2), to: batch, id: 2)
            for step in 1...6 {
                try batch.step()
                #expect(short.tokens.count == 2 + step, "a token in each step")
                #expect(long.tokens.isEmpty && last.tokens.isEmpty, "200 tokens take 7 parts")
            }
            try batch.step()
            #expect(long.tokens.count == 2 && last.tokens.isEmpty)
            try batch.step()
            #expect(last.tokens.count == 2)
        }
    }

    /// Tells when it is asked to prepare.
    private struct Preparing: TokenMask {
        let isPrepared: DispatchSemaphore
        var isComplete: Bool { false }

        func mask(into mask: inout [UInt32]) {
            for index in mask.indices { mask[index] = .max }
        }
        func advance(_ token: Int32) {}
        func prepare() { isPrepared.signal() }
    }

    @Test("what masks need is prepared once, when work on the text begins, also if it has to wait again")
    func prepares() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(maximumTexts: 1))
            let batch = TextBatch(model: model)
            let isPrepared = DispatchSemaphore(value: 0)
            let request = GenerationRequest(
                prompt: SyntheticModel.prompt, maxTokens: 8, constraint: Preparing(isPrepared: isPrepared))
            _ = Self.add(request, to: batch, id: 0, priority: .low)
            try batch.step()
            _ = Self.add(.init(prompt: [1], maxTokens: 2), to: batch, id: 1, priority: .high)
            try Self.finish(batch)
            #expect(isPrepared.wait(timeout: .now() + .seconds(60)) == .success)
            #expect(isPrepared.wait(timeout: .now()) == .timedOut)
        }
    }

    @Test("a cancelled text frees its slot and blocks at once")
    func cancels() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(maximumTexts: 1))
            let batch = TextBatch(model: model)
            let first = Self.add(.init(prompt: [1, 2, 3], maxTokens: 200), to: batch, id: 0)
            let second = Self.add(.init(prompt: [1, 2], maxTokens: 3), to: batch, id: 1)
            try batch.step()
            batch.cancel(0)
            #expect(try first.result?.get().stopReason == .cancelled)
            #expect(batch.statistics.usedBlocks == 0)
            batch.cancel(0)
            try Self.finish(batch)
            #expect(try second.result?.get().tokens.count == 3)
        }
    }

    @Test("what several texts share is evaluated and stored once")
    func sharesPrefixes() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(cacheLength: 512))
            let batch = TextBatch(model: model)
            let shared = (0..<96).map { Int32($0) }
            let outcomes = (0..<4).map { index in
                Self.add(.init(prompt: shared + [Int32(index)], maxTokens: 8), to: batch, id: UInt64(index))
            }
            for _ in 0..<4 { try batch.step() }
            #expect(batch.statistics.usedBlocks == 3 + 4, "three shared blocks, one own each")
            try Self.finish(batch)
            let cached = try outcomes.map { try #require(try $0.result?.get()).timings.cachedTokens }
            #expect(cached == [0, 96, 96, 96])
        }
    }

    @Test("a pass that finds no memory ends one text alone; one that loses the device ends the step")
    func faults() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            let batch = TextBatch(model: model)
            let request = GenerationRequest(prompt: [1, 2, 3], maxTokens: 5)
            let expected = try model.generate(request).tokens
            let first = Self.add(request, to: batch, id: 0)
            let second = Self.add(request, to: batch, id: 1)
            try batch.step()
            try batch.step()
            model.passes.faultPoint = { _ in throw VulkanError(.outOfMemory, call: "test", detail: "none left") }
            try batch.step()
            model.passes.faultPoint = nil
            #expect(throws: ModelError.self) { try second.result?.get() }
            #expect(first.result == nil)
            model.passes.faultPoint = { _ in throw VulkanError(.deviceLost, call: "test", detail: "lost") }
            #expect(throws: ModelError.self) { try batch.step() }
            model.passes.faultPoint = nil
            // On another model the text goes on where it was.
            let next = TextBatch(model: try LanguageModel(file: file.gguf, device: device))
            batch.takeAll().forEach(next.add)
            try Self.finish(next)
            #expect(try first.result?.get().tokens == expected)
            #expect(first.tokens == expected)
        }
    }
}
