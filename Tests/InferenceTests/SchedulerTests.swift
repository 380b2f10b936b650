import GGUF
import Synchronization
import Testing

@testable import Inference
@testable import VulkanCompute

@Suite("the scheduler")
struct SchedulerTests {
    /// Makes models, each on a device of its own with validation on, and keeps what the layer reports.
    private final class Plant: Sendable {
        typealias Fault = @Sendable (Pass) throws -> Void

        private let file: GGUFFile
        private let logs = Mutex<[ValidationLog]>([])
        private let faults = Mutex<[Int: Fault]>([:])
        private let options: LanguageModel.Options

        init(_ file: GGUFFile, options: LanguageModel.Options = .init()) {
            self.file = file
            self.options = options
        }

        /// Sets the fault point of the n-th model to come.
        func inject(into model: Int, _ fault: @escaping Fault) {
            faults.withLock { $0[model] = fault }
        }

        var loads: Int { logs.withLock { $0.count } }
        var messages: [String] { logs.withLock { $0.flatMap { $0.messages.map { "\($0)" } } } }

        func load() throws -> LanguageModel {
            let instance = try VulkanInstance(validation: true)
            let log = try #require(instance.validation)
            let number = logs.withLock { logs in
                logs.append(log)
                return logs.count
            }
            let model = try LanguageModel(file: file, device: ComputeDevice(instance: instance), options: options)
            let fault: Fault? = faults.withLock { $0[number] }
            model.passes.faultPoint = fault
            return model
        }

        func expected(_ request: GenerationRequest) throws -> [Int32] { try load().generate(request).tokens }
    }

    private static let lost = VulkanError(.deviceLost, call: "test", detail: "the device was lost")

    @Test("answers many callers at once, each as alone, and streams the tokens")
    func answersMany() async throws {
        let file = try SyntheticModel.make(.q8_0)
        let requests = TextBatchTests.mixed(seed: 9)
        let plant = Plant(file.gguf, options: .init(cacheLength: 1024))
        let expected = try requests.map { try plant.expected($0) }
        let scheduler = try Scheduler { try plant.load() }
        let results = try await withThrowingTaskGroup(of: (Int, [Int32], [Int32]).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask {
                    var streamed: [Int32] = []
                    var result: GenerationResult?
                    for try await event in try scheduler.submit(request) {
                        switch event {
                        case .token(let token): streamed.append(token)
                        case .finished(let end): result = end
                        }
                    }
                    return (index, streamed, try #require(result).tokens)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (index, streamed, tokens) in results {
            #expect(tokens == expected[index])
            #expect(streamed == tokens)
        }
        #expect(plant.messages == [])
    }

    @Test("a lost device is a delay: the model is loaded anew and every text goes on")
    func survivesLoss() async throws {
        let file = try SyntheticModel.make(.q8_0)
        let plant = Plant(file.gguf)
        let request = GenerationRequest(prompt: SyntheticModel.prompt, maxTokens: 12)
        let expected = try plant.expected(request)
        let steps = Atomic(0)
        plant.inject(into: plant.loads + 1) { _ in
            if steps.add(1, ordering: .relaxed).newValue == 6 { throw Self.lost }
        }
        let faults = Mutex<[ModelError]>([])
        let scheduler = try Scheduler(options: .init(onDeviceFault: { fault in faults.withLock { $0.append(fault) } }))
        {
            try plant.load()
        }
        async let first = scheduler.generate(request)
        async let second = scheduler.generate(request)
        #expect(try await [first.tokens, second.tokens] == [expected, expected])
        #expect(faults.withLock { $0.map(\.code) } == [.device])
        #expect(plant.messages == [])
    }

    @Test("a device that fails again at once ends what is under way, and what comes later is refused")
    func givesUp() async throws {
        let file = try SyntheticModel.make(.q8_0)
        let plant = Plant(file.gguf)
        for model in 1...2 { plant.inject(into: model) { _ in throw Self.lost } }
        let scheduler = try Scheduler { try plant.load() }
        let request = GenerationRequest(prompt: [1, 2], maxTokens: 3)
        await #expect { try await scheduler.generate(request) } throws: { ($0 as? ModelError)?.isDeviceFault == true }
        #expect { _ = try scheduler.submit(request) } throws: { ($0 as? ModelError)?.isDeviceFault == true }
        #expect(plant.loads == 2)
    }

    @Test("refuses a request beyond its limit, and one that cannot be served, before any work")
    func refuses() async throws {
        let file = try SyntheticModel.make(.q8_0)
        let plant = Plant(file.gguf)
        let scheduler = try Scheduler(options: .init(requestLimit: 1)) { try plant.load() }
        #expect { _ = try scheduler.submit(.init(prompt: [], maxTokens: 1)) } throws: {
            ($0 as? ModelError)?.code == .invalidRequest
        }
        let long = [Int32](repeating: 1, count: 257)
        #expect { _ = try scheduler.submit(.init(prompt: long, maxTokens: 1)) } throws: {
            ($0 as? ModelError)?.code == .contextOverflow
        }
        let stream = try scheduler.submit(.init(prompt: [1], maxTokens: 200))
        #expect { _ = try scheduler.submit(.init(prompt: [1], maxTokens: 1)) } throws: {
            ($0 as? ModelError)?.code == .busy
        }
        for try await _ in stream {}
        #expect(try await scheduler.generate(.init(prompt: [1], maxTokens: 1)).tokens.count == 1)
    }

    @Test("a caller who stops reading ends the request and frees its blocks")
    func cancels() async throws {
        let file = try SyntheticModel.make(.q8_0)
        let plant = Plant(file.gguf)
        let scheduler = try Scheduler(options: .init(requestLimit: 1)) { try plant.load() }
        var stream: AsyncThrowingStream<GenerationEvent, any Error>? =
            try scheduler.submit(.init(prompt: [1], maxTokens: 250))
        for try await _ in try #require(stream) { break }
        stream = nil
        // The place is free once the thread has taken notice.
        while true {
            do {
                #expect(try await scheduler.generate(.init(prompt: [2], maxTokens: 2)).tokens.count == 2)
                break
            } catch let error as ModelError where error.code == .busy {
                await Task.yield()
            }
        }
        #expect(plant.messages == [])
    }

    @Test("a shut down scheduler ends what is under way with an error")
    func stops() async throws {
        let file = try SyntheticModel.make(.q8_0)
        let plant = Plant(file.gguf)
        var scheduler: Scheduler? = try Scheduler { try plant.load() }
        let stream = try #require(try scheduler?.submit(.init(prompt: [1], maxTokens: 250)))
        scheduler = nil
        await #expect { for try await _ in stream {} } throws: { ($0 as? ModelError)?.code == .stopped }
    }

    @Test("a model that cannot be loaded is the initializer's error")
    func failsToLoad() throws {
        #expect { _ = try Scheduler { throw ModelError(.doesNotFit, "test") } } throws: {
            ($0 as? ModelError)?.code == .doesNotFit
        }
    }
}
