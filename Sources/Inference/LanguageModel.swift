import GGUF
import VulkanCompute

/// A model on a device, ready to continue texts.
///
/// Every call blocks until the device is done. Not for use from several threads at once: whoever owns it calls from one
/// thread or serial executor.
public final class LanguageModel {
    /// How a model is loaded.
    public struct Options: Sendable {
        /// Positions to make room for in the cache; at most the file's context length. `nil` takes that, up to 4096.
        public var contextLength: Int?
        /// Tokens of a prompt that one pass evaluates at most.
        public var batchSize: Int
        /// A file that keeps compiled pipelines between runs; a damaged one is ignored.
        public var pipelineCachePath: String?
        /// Tile sizes; those for the sort of device if left out.
        public var profile: KernelProfile?

        public init(
            contextLength: Int? = nil, batchSize: Int = 256, pipelineCachePath: String? = nil,
            profile: KernelProfile? = nil
        ) {
            self.contextLength = contextLength
            self.batchSize = batchSize
            self.pipelineCachePath = pipelineCachePath
            self.profile = profile
        }
    }

    /// What the model is made of.
    public var shape: ModelShape { architecture.shape }
    /// What it takes of the device's memory.
    public var memory: MemoryPlan { architecture.memory }
    /// The device that it runs on.
    public let device: ComputeDevice

    let library: KernelLibrary
    let buffers: StepBuffers
    let batchSize: Int
    /// Prompt tokens whose keys and values are in the cache, from position 0.
    var cached: [Int32] = []
    var maskWords: [UInt32]
    private let architecture: any Architecture
    private let sampler: SampleKernel
    private let decodeStep: CommandBuffer

    /// Loads a model.
    ///
    /// - Throws: ``ModelError``: `.unsupportedArchitecture`, `.badHyperparameter` or `.badTensor` naming what is wrong
    ///   with the file; `.doesNotFit` with the bytes needed and free; `.device` if the device fails.
    public init(file: GGUFFile, device: ComputeDevice, options: Options = Options()) throws(ModelError) {
        self.device = device
        batchSize = max(1, min(options.batchSize, 1024))
        (architecture, library, buffers, sampler, decodeStep) = try ModelError.wrap { [batchSize] in
            let type = try Self.architecture(of: file)
            let (shape, memory) = try type.plan(file, contextLength: options.contextLength, batchSize: batchSize)
            try Self.checkFit(memory, shape: shape, device: device)
            let library = try KernelLibrary(
                device: device, profile: options.profile, cachePath: options.pipelineCachePath)
            let architecture = try type.init(
                file, library: library, contextLength: options.contextLength, batchSize: batchSize)
            let buffers = try StepBuffers(
                device: device, vocabularyCount: shape.vocabularyCount, maximumTokens: batchSize)
            let sampler = try SampleKernel(library, vocabularyCount: shape.vocabularyCount)
            let decodeStep = try Self.recordPass(
                architecture, buffers, sampler, device: device, .step, tokens: 1, choosing: true)
            try library.saveCache()
            return (architecture, library, buffers, sampler, decodeStep)
        }
        maskWords = [UInt32](repeating: .max, count: (architecture.shape.vocabularyCount + 31) / 32)
    }

    /// What a file needs of a device, without loading it.
    ///
    /// - Throws: ``ModelError`` as ``init(file:device:options:)`` does for a file that cannot be run.
    public static func plan(
        file: GGUFFile, options: Options = Options()
    ) throws(ModelError) -> (shape: ModelShape, memory: MemoryPlan) {
        try ModelError.wrap {
            try architecture(of: file).plan(
                file, contextLength: options.contextLength, batchSize: options.batchSize)
        }
    }

    /// Runs every kernel once, so that no driver compiles a shader while somebody waits for an answer.
    ///
    /// Some drivers, llvmpipe among them, compile at the first use only, which no pipeline cache spares.
    public func warmUp() throws(ModelError) {
        try ModelError.wrap {
            let tokens = [Int32](repeating: 0, count: min(2, shape.contextLength))
            try evaluate(.prompt, tokens, from: 0)
            try evaluate(.step, tokens, from: tokens.count - 1)
            cached = []
        }
    }

    /// The logits after the last of the tokens, one for each id of the vocabulary.
    ///
    /// - Throws: ``ModelError`` with `.invalidRequest` if there are no tokens, unknown ids or more than the context holds.
    public func logits(tokens: [Int32]) throws(ModelError) -> [Float] {
        try ModelError.wrap {
            try check(tokens)
            cached = []
            try evaluate(.prompt, tokens, from: 0)
            return try buffers.readLogits(device: device)
        }
    }

    /// Evaluates tokens from a position on, in batches; the last batch ends with logits and a chosen token.
    ///
    /// - Parameter pass: a step takes one token, and its keys and values do not serve later requests.
    func evaluate(_ pass: Pass, _ tokens: [Int32], from start: Int, seed: UInt64 = 0, temperature: Float = 0) throws {
        if pass == .prompt { cached.removeLast(max(cached.count - start, 0)) }
        var position = start
        while position < tokens.count {
            let count = min(batchSize, tokens.count - position)
            let batch = tokens[position..<position + count]
            let state = StepState(position: position, tokens: count, seed: seed, temperature: temperature)
            try buffers.write(state: state, tokens: batch)
            switch pass {
            case .step:
                try device.run(decodeStep)
            case .prompt:
                try device.run(
                    Self.recordPass(
                        architecture, buffers, sampler, device: device, .prompt, tokens: count,
                        choosing: position + count == tokens.count))
                cached.append(contentsOf: batch)
            }
            position += count
        }
    }

    private static func recordPass(
        _ architecture: any Architecture, _ buffers: StepBuffers, _ sampler: SampleKernel, device: ComputeDevice,
        _ pass: Pass, tokens: Int, choosing: Bool
    ) throws -> CommandBuffer {
        let recorder = try CommandRecorder(device: device)
        try buffers.recordUpload(recorder)
        try architecture.record(
            recorder, pass, tokens: buffers.tokens, count: tokens, state: buffers.state,
            logits: choosing ? buffers.logits : nil)
        if choosing {
            try sampler.record(
                recorder, logits: buffers.logits, mask: buffers.mask, state: buffers.state, into: buffers.choice)
            try buffers.recordDownload(recorder)
        }
        return try recorder.finish()
    }

    func check(_ tokens: [Int32]) throws(ModelError) {
        guard !tokens.isEmpty else { throw ModelError(.invalidRequest, "no tokens, at least one expected") }
        guard tokens.count <= shape.contextLength else {
            throw ModelError(
                .invalidRequest, "\(tokens.count) tokens, the context holds \(shape.contextLength)")
        }
        if let unknown = tokens.first(where: { $0 < 0 || $0 >= shape.vocabularyCount }) {
            throw ModelError(
                .invalidRequest, "token \(unknown), ids run from 0 to \(shape.vocabularyCount - 1)")
        }
    }

    private static func architecture(of file: GGUFFile) throws -> any Architecture.Type {
        let name = try file.string("general.architecture")
        guard let type = architectures.first(where: { $0.name == name }) else {
            throw ModelError(
                .unsupportedArchitecture,
                "\(file.path): \(name.prefix(64)); supported: \(architectures.map { $0.name }.joined(separator: ", "))")
        }
        return type
    }

    private static func checkFit(_ memory: MemoryPlan, shape: ModelShape, device: ComputeDevice) throws {
        let free = device.memoryBudgetBytes()
        guard memory.totalBytes <= free else {
            func mib(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
            throw ModelError(
                .doesNotFit,
                "\(device.description.name) has \(mib(free)) free; weights \(mib(memory.weightBytes)), cache for "
                    + "\(shape.contextLength) positions \(mib(memory.cacheBytes)), work \(mib(memory.workBytes)). "
                    + "A smaller quantization or a shorter context would fit")
        }
    }
}
