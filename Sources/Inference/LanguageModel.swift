import GGUF
import VulkanCompute

/// A model on a device, ready to continue texts.
///
/// Every call blocks until the device is done. Not for use from several threads at once: whoever owns it calls from one
/// thread or serial executor.
public final class LanguageModel {
    /// How a model is loaded.
    public struct Options: Sendable {
        /// Positions of one text at most; at most the file's context length, or loading fails. `nil` takes that, up to
        /// 4096.
        public var contextLength: Int?
        /// Positions of all texts together that the cache has room for; at least one whole context. `nil` takes
        /// ``contextsInCache`` contexts, as far as the device has room for them.
        public var cacheLength: Int?
        /// Contexts that the cache holds where no length is named and the device has the room, at most as many as there
        /// are texts; texts rarely fill theirs.
        public var contextsInCache = 4
        /// How the cache stores keys and values; Q8_0 takes about half the memory of float16, and heads whose size is a
        /// multiple of 32.
        public var cacheFormat: CacheFormat
        /// Texts that are continued at once at most, 1 to 32.
        public var maximumTexts: Int
        /// Tokens of a prompt that one pass evaluates at most.
        public var batchSize: Int
        /// A file that keeps compiled pipelines between runs; a damaged one is ignored.
        public var pipelineCachePath: String?
        /// Tile sizes; those for the sort of device if left out.
        public var profile: KernelProfile?
        /// How kernels are tested before the load; `nil` does not test them.
        public var selfTest: SelfTestOptions?
        /// Progress, digest and reserve of the load.
        public var loading: LoadOptions
        /// Tests let a driver compile wrongly.
        var miscompile: PipelineTable.Miscompile?

        public init(
            contextLength: Int? = nil, cacheLength: Int? = nil, cacheFormat: CacheFormat = .float16,
            maximumTexts: Int = LanguageModel.mostTexts, batchSize: Int = 256, pipelineCachePath: String? = nil,
            profile: KernelProfile? = nil, selfTest: SelfTestOptions? = nil, loading: LoadOptions = LoadOptions()
        ) {
            self.contextLength = contextLength
            self.cacheLength = cacheLength
            self.cacheFormat = cacheFormat
            self.maximumTexts = maximumTexts
            self.batchSize = batchSize
            self.pipelineCachePath = pipelineCachePath
            self.profile = profile
            self.selfTest = selfTest
            self.loading = loading
        }

        var limits: ModelLimits {
            ModelLimits(
                contextLength: contextLength, cacheLength: cacheLength, cacheFormat: cacheFormat,
                batchSize: max(1, min(batchSize, 1024)), texts: max(1, min(maximumTexts, PassColumns.maximumOfStep)))
        }
    }

    /// Texts that one model continues at once, if its options ask for no other number.
    public static let mostTexts = 16

    /// What the model is made of.
    public var shape: ModelShape { decoder.shape }
    /// What it takes of the device's memory.
    public var memory: MemoryPlan { decoder.memory }
    /// The device that it runs on.
    public let device: ComputeDevice

    let limits: ModelLimits
    let buffers: StepBuffers
    let passes: PassRunner
    var cache: PagedCache
    /// What one text may draw its mask in.
    var maskWords: [UInt32]
    let decoder: DecoderModel

    /// Loads a model.
    ///
    /// - Throws: ``ModelError``: `.unsupportedArchitecture`, `.unsupportedVariant`, `.badHyperparameter` or `.badTensor`
    ///   naming what is wrong with the file; `.invalidRequest` for a context or cache format that the model does not
    ///   have; `.badProfile` for a profile beyond the device; `.doesNotFit` with the bytes needed and free, and what would
    ///   fit; `.selfTest` if a kernel is wrong on the device and none can stand in for it; `.wrongContent` and `.cancelled`
    ///   as the load options ask; `.device` if the device fails.
    public init(file: GGUFFile, device: ComputeDevice, options: Options = Options()) throws(ModelError) {
        self.device = device
        (limits, decoder, buffers, passes) = try ModelError.wrap {
            let freeBytes = max(device.memoryBudgetBytes() - options.loading.memoryReserveBytes, 0)
            let limits = try Self.withRoomyCache(
                options.limits, contexts: options.contextsInCache, for: file, freeBytes: freeBytes)
            let parameters = try DecoderParameters(file, limits: limits)
            let (shape, attention) = (parameters.shape, parameters.attention)
            try MemoryPlan.requireFit(
                parameters.footprint(of: file), for: parameters.demand(limits), device: device.description.name,
                freeBytes: freeBytes)
            var library = try KernelLibrary(
                device: device, profile: options.profile, cachePath: options.pipelineCachePath,
                miscompile: options.miscompile)
            try library.profile.requireFit(device.description)
            if let selfTest = options.selfTest {
                let kernels = try ModelKernels(file, parameters: parameters, limits: limits)
                library = try SelfTest(kernels: kernels, options: selfTest).settle(library)
            }
            let decoder = try WeightLoader.load(file, onto: device, options: options.loading) { loader in
                try DecoderModel(file, parameters: parameters, loader: loader, library: library, limits: limits)
            }
            let buffers = try StepBuffers(
                device: device, vocabularyCount: shape.vocabularyCount, limits: limits,
                tableWords: limits.texts * attention.blocksPerSlot)
            let passes = try PassRunner(decoder, library: library, buffers: buffers, batchSize: limits.batchSize)
            try library.saveCache()
            return (limits, decoder, buffers, passes)
        }
        let attention = decoder.parameters.attention
        cache = PagedCache(
            blocks: attention.blocks, slots: limits.texts, blocksPerSlot: attention.blocksPerSlot)
        maskWords = [UInt32](repeating: .max, count: groupCount(decoder.shape.vocabularyCount, of: 32))
    }

    /// The limits with a cache for several contexts, where they name no length and the device has the room.
    private static func withRoomyCache(
        _ limits: ModelLimits, contexts: Int, for file: GGUFFile, freeBytes: Int
    ) throws -> ModelLimits {
        guard limits.cacheLength == nil else { return limits }
        let context = try DecoderParameters(file, limits: limits).context
        var roomy = limits
        roomy.cacheLength = context * max(1, min(limits.texts, contexts))
        let parameters = try DecoderParameters(file, limits: roomy)
        switch MemoryVerdict(parameters.footprint(of: file), for: parameters.demand(roomy), freeBytes: freeBytes) {
        case .fits: return roomy
        case .shorterContext(let tokens) where tokens > context:
            roomy.cacheLength = tokens
            return roomy
        default: return limits
        }
    }

    /// What a file needs of a device, without loading it: ``MemoryPlan`` and ``MemoryVerdict`` are made of footprint and
    /// demand.
    ///
    /// - Throws: ``ModelError`` as ``init(file:device:options:)`` does for a file that cannot be run.
    public static func plan(
        file: GGUFFile, options: Options = Options()
    ) throws(ModelError) -> (shape: ModelShape, footprint: ModelFootprint, demand: MemoryDemand) {
        try ModelError.wrap {
            let parameters = try DecoderParameters(file, limits: options.limits)
            return (parameters.shape, parameters.footprint(of: file), parameters.demand(options.limits))
        }
    }

    /// Runs every kernel once, so that no driver compiles a shader while somebody waits for an answer.
    ///
    /// Some drivers, llvmpipe among them, compile at the first use only, which no pipeline cache spares.
    public func warmUp() throws(ModelError) {
        let prompt = [Int32](repeating: 0, count: min(2, shape.contextLength))
        try ModelError.wrap {
            _ = try generate(GenerationRequest(prompt: prompt, maxTokens: 2))
            try warmUpSteps()
        }
    }

    /// Steps of several columns, for other texts or drafted tokens, have pipelines of their own.
    private func warmUpSteps() throws {
        guard var text = cache.open() else { return }
        defer { cache.close(text) }
        var columns = 2
        while columns <= min(PassColumns.maximumOfStep, shape.contextLength) {
            guard cache.reserve(&text, positions: columns) else { return }
            try uploadTable()
            _ = try passes.step(
                (0..<columns).map {
                    PassRunner.Column(token: 0, position: $0, slot: text.slot, sampling: Sampling(), isMasked: false)
                })
            columns *= 2
        }
    }

    /// The logits after the last of the tokens, one for each id of the vocabulary.
    ///
    /// - Throws: ``ModelError`` with `.invalidRequest` if there are no tokens or unknown ids, `.contextOverflow` if there
    ///   are more than the context holds, `.busy` if texts under way leave no room.
    public func logits(tokens: [Int32]) throws(ModelError) -> [Float] {
        try check(tokens)
        return try ModelError.wrap {
            guard var text = cache.open() else { throw ModelError(.busy, "all \(limits.texts) slots are taken") }
            defer { cache.close(text) }
            guard cache.reserve(&text, positions: tokens.count) else {
                throw ModelError(.busy, "the cache has no room for \(tokens.count) tokens beside the texts under way")
            }
            try uploadTable()
            for start in stride(from: 0, to: tokens.count, by: limits.batchSize) {
                let end = min(start + limits.batchSize, tokens.count)
                _ = try passes.prompt(
                    tokens[start..<end], from: start, slot: text.slot,
                    sampling: end == tokens.count ? Sampling() : nil)
            }
            return try buffers.readLogits(device: device)
        }
    }

    /// Brings changes of the block table to where passes take it from.
    func uploadTable() throws {
        guard cache.hasTableChanged else { return }
        try buffers.write(table: cache.table)
        cache.tableIsUploaded()
    }

    /// Checks a request before any work is done for it.
    ///
    /// - Throws: ``ModelError`` with `.invalidRequest` or `.contextOverflow`.
    static func check(_ request: GenerationRequest, shape: ModelShape) throws(ModelError) {
        try check(request.prompt, shape: shape)
        guard request.maxTokens > 0, request.temperature >= 0, request.temperature.isFinite else {
            throw ModelError(
                .invalidRequest,
                "maxTokens \(request.maxTokens) and temperature \(request.temperature): at least 1 and 0 expected")
        }
        guard request.topK >= 0, request.topP > 0, request.topP <= 1 else {
            throw ModelError(
                .invalidRequest,
                "topK \(request.topK) and topP \(request.topP): at least 0, and over 0 up to 1 expected")
        }
    }

    func check(_ tokens: [Int32]) throws(ModelError) { try Self.check(tokens, shape: shape) }

    private static func check(_ tokens: [Int32], shape: ModelShape) throws(ModelError) {
        guard !tokens.isEmpty else { throw ModelError(.invalidRequest, "no tokens, at least one expected") }
        guard tokens.count <= shape.contextLength else {
            throw ModelError(
                .contextOverflow, "\(tokens.count) tokens, the context holds \(shape.contextLength)")
        }
        if let unknown = tokens.first(where: { $0 < 0 || $0 >= shape.vocabularyCount }) {
            throw ModelError(
                .invalidRequest, "token \(unknown), ids run from 0 to \(shape.vocabularyCount - 1)")
        }
    }
}
