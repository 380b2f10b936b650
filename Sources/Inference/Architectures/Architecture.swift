import GGUF
import VulkanCompute

/// A family of models that this engine runs: one file and one line in ``architectures``.
protocol Architecture: AnyObject, SendableMetatype {
    /// `general.architecture` of its files.
    static var name: String { get }

    /// What the model is made of, as its file says.
    var shape: ModelShape { get }
    /// Bytes of weights and cache on the device.
    var memory: MemoryPlan { get }

    /// Checks the file's hyperparameters and the shape of every tensor, without touching the device.
    ///
    /// - Throws: ``ModelError`` that names the key or tensor, what it is and what was expected.
    static func plan(_ file: GGUFFile, contextLength: Int?, batchSize: Int) throws -> (ModelShape, MemoryPlan)

    /// Loads the weights and makes the kernels.
    init(_ file: GGUFFile, library: KernelLibrary, contextLength: Int?, batchSize: Int) throws

    /// Records one pass over a batch of tokens.
    ///
    /// - Parameters:
    ///   - pass: a step takes exactly one token.
    ///   - tokens: ids on the device, as many as `count`.
    ///   - state: ``StepState``; the batch's first position.
    ///   - logits: receives the last token's logits; `nil` for a batch after which more of the prompt follows.
    func record(
        _ recorder: CommandRecorder, _ pass: Pass, tokens: BufferSlice, count: Int, state: BufferSlice,
        logits: BufferSlice?
    ) throws
}

/// What a pass is for, and with it which kernels do it.
///
/// A token's keys and values come out bit by bit the same however a prompt is cut into batches, because a prompt never
/// goes through the kernels for single steps, which add up in another order. So a cached prefix never changes an answer.
enum Pass {
    /// Evaluates part of a prompt, one token or many.
    case prompt
    /// Evaluates one generated token.
    case step
}

/// The architectures that files may have.
let architectures: [any Architecture.Type] = [Qwen2.self]

/// The numbers of a model that its users need.
public struct ModelShape: Sendable, Equatable {
    /// `general.architecture`.
    public let architecture: String
    /// Token ids run from 0 to one below.
    public let vocabularyCount: Int
    /// Positions that the cache holds: the file's own context length, or less if so asked.
    public let contextLength: Int
    /// Layers.
    public let layerCount: Int
    /// Width of the residual stream.
    public let embeddingLength: Int
}

/// The device memory that a model needs.
public struct MemoryPlan: Sendable, Equatable {
    /// Weights.
    public let weightBytes: Int
    /// Keys and values of all layers for the whole context.
    public let cacheBytes: Int
    /// Activations of the largest batch, tables and staging.
    public let workBytes: Int
    /// Bytes of weights that the decoding of one token reads.
    public let readPerTokenBytes: Int

    /// All of it.
    public var totalBytes: Int { weightBytes + cacheBytes + workBytes }
}
