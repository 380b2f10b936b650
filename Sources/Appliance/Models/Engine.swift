import ConstrainedDecoding
import Crypto
import Domain
import Foundation
import GGUF
import Inference
import Tokenization
import VulkanCompute

/// A model on a device with its tokenizer, which continues several texts at once.
public final class Engine: Sendable {
    /// Answers requests for text on a thread of its own.
    public let scheduler: Scheduler
    public let tokenizer: Tokenizer
    /// The vocabulary as grammars see it.
    public let tokens: TokenTable

    /// Loads a model file with its tokenizer; takes long, so not for the shared pool.
    ///
    /// - Parameter onDeviceFault: told of every failure of the device, after which the model is loaded anew.
    /// - Throws: what ``loadModel(_:options:)`` throws, and `GGUFError` when the file has no usable tokenizer.
    public init(
        file: GGUFFile, options: EngineOptions = EngineOptions(),
        onDeviceFault: @escaping @Sendable (ModelError) -> Void = { _ in }
    ) throws {
        let tokenizer = try Tokenizer(gguf: file)
        let scheduler = try Scheduler(options: Scheduler.Options(onDeviceFault: onDeviceFault)) {
            try Engine.loadModel(file, options: options)
        }
        // A model may have more rows of logits than its tokenizer has tokens; nothing may choose those.
        let bytes = (0..<Int32(scheduler.shape.vocabularyCount)).map { id in
            id < tokenizer.vocabularyCount ? tokenizer.tokenBytes(id) : []
        }
        self.tokenizer = tokenizer
        self.scheduler = scheduler
        tokens = try TokenTable(tokenBytes: bytes, endOfGeneration: tokenizer.endOfGeneration)
    }

    /// Loads a model file onto a device, and runs its kernels once.
    ///
    /// - Throws: `ModelError`, `VulkanError`, what ``GPUProfileCatalog/profile(for:)`` throws, or ``ApplianceError`` when
    ///   `gpu` names nothing.
    public static func loadModel(_ file: GGUFFile, options: EngineOptions = EngineOptions()) throws -> LanguageModel {
        let device = try openDevice(options.gpu)
        let profile = try options.profiles.profile(for: device.description)
        let model = try LanguageModel(file: file, device: device, options: options.modelOptions(profile))
        // Drivers compile kernels when they first run: better now than in front of a waiting operator.
        try model.warmUp()
        return model
    }

    /// Opens a device.
    ///
    /// - Parameters:
    ///   - gpu: `auto`, an index or a PCI address.
    ///   - timeoutMs: how long a submission may take.
    /// - Throws: `VulkanError`, or ``ApplianceError`` when `gpu` names nothing.
    public static func openDevice(
        _ gpu: String, timeoutMs: Int = ComputeDevice.standardTimeoutMs
    ) throws -> ComputeDevice {
        guard let selection = DeviceSelection(gpu) else {
            throw ApplianceError(.configuration, "gpu \"\(gpu)\": expected auto, a number or a PCI address")
        }
        return try ComputeDevice(instance: VulkanInstance(), selection: selection, timeoutMs: timeoutMs)
    }

    /// Guesses of what follows, checked by the model: the same text in fewer passes.
    public var speculation: Speculation {
        Speculation(
            bytes: { [tokenizer] in tokenizer.tokenBytes($0) },
            encode: { [tokenizer] in tokenizer.encode(bytes: $0) })
    }

    /// A constraint that holds generated text to a format, nil for any text.
    ///
    /// - Throws: `SchemaError` naming the place in the schema or pattern, `ConstraintError` for a vocabulary that cannot
    ///   write it.
    public func constraint(_ format: ResponseFormat) throws -> TokenConstraint? {
        try format.grammar().map { try TokenConstraint(grammar: $0, tokens: tokens) }
    }

    /// The text of a result, with what closes it where it was cut short.
    public func text(of result: GenerationResult) -> String {
        String(decoding: result.tokens.flatMap(tokenizer.tokenBytes) + result.closing, as: UTF8.self)
    }
}

/// Where and how a model is loaded.
public struct EngineOptions: Sendable {
    /// `auto`, an index or a PCI address.
    public var gpu: String
    /// Tokens of one text at most; nil takes the model's own, up to 4096.
    public var context: Int?
    public var cacheFormat: CacheFormat
    /// Where the device's profile is looked up.
    public var profiles: GPUProfileCatalog
    /// A folder for compiled pipelines and the verdict of the device's self-test; nil compiles anew and does not test.
    public var cache: URL?
    /// The SHA-256 that the file must have, checked while it is read; nil takes any.
    public var sha256: String?
    /// Told what comes of the device's self-test.
    public var onSelfTest: @Sendable (SelfTestEvent) -> Void = { _ in }
    /// Told how far the load is.
    public var progress: (@Sendable (LoadProgress) -> Void)?

    public init(
        gpu: String = "auto", context: Int? = nil, cacheFormat: CacheFormat = .float16,
        profiles: GPUProfileCatalog = .standard, cache: URL? = nil, sha256: String? = nil,
        progress: (@Sendable (LoadProgress) -> Void)? = nil
    ) {
        self.gpu = gpu
        self.context = context
        self.cacheFormat = cacheFormat
        self.profiles = profiles
        self.cache = cache
        self.sha256 = sha256
        self.progress = progress
    }

    func modelOptions(_ profile: GPUProfile) -> LanguageModel.Options {
        var loading = LoadOptions(
            expectedDigest: sha256.map { text in ExpectedDigest(text, makeHasher: { SHA256Hasher() }) },
            memoryReserveBytes: profile.reserveMiB << 20)
        if let progress {
            loading.progress = { loaded in
                progress(loaded)
                return true
            }
        }
        var options = LanguageModel.Options(
            contextLength: context, cacheFormat: cacheFormat,
            pipelineCachePath: cache?.appendingPathComponent("pipelines.bin").path, profile: profile.kernels,
            selfTest: cache.map { SelfTestOptions(verdictPath: Self.verdictFile(in: $0).path, report: onSelfTest) },
            loading: loading)
        if let contexts = profile.contexts { options.contextsInCache = contexts }
        if let batch = profile.batchTokens { options.batchSize = batch }
        return options
    }

    /// The verdict of the device's self-test.
    static func verdictFile(in cache: URL) -> URL { cache.appendingPathComponent("self-test.json") }
}

/// SHA-256 for the loader, which brings no cryptography of its own.
private struct SHA256Hasher: ContentHasher {
    private var hash = SHA256()

    mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }
    mutating func finish() -> String { hash.finalize().hexadecimal }
}
