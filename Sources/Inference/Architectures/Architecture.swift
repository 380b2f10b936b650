import GGUF

/// A family of models that this engine runs, as its difference from a plain decoder: one file and one line in
/// ``architectures``.
///
/// What all have in common is in ``DecoderModel``: pre-norm transformer layers with RMS norm, grouped-query attention with
/// rotary positions, and a SwiGLU feed-forward block.
struct Architecture: Sendable {
    /// `general.architecture` of its files, and the prefix of its hyperparameters' keys.
    let name: String
    /// Whether queries, keys and values have biases.
    var attentionBias = false
    /// Which values of a head turn together.
    let pairing: RotaryShape.Pairing
    /// Whether each head of queries and keys goes through an RMS norm before it turns.
    var headNorm = false
    /// Whether a file may divide the angles of positions by factors of its own.
    var rotaryFactors = false
    /// The base of a file that names none; `nil` where each must.
    var defaultRotaryBase: Float?
}

extension Architecture {
    /// The architecture that a file names.
    ///
    /// - Throws: ``ModelError`` with `.unsupportedArchitecture` and the names of those that are supported.
    init(of file: GGUFFile) throws {
        let name = try file.string("general.architecture")
        guard let known = architectures.first(where: { $0.name == name }) else {
            throw ModelError(
                .unsupportedArchitecture,
                "\(file.path): \(name.prefix(64)); supported: \(architectures.map(\.name).joined(separator: ", "))")
        }
        self = known
    }
}

/// The architectures that files may have.
let architectures: [Architecture] = [.qwen2, .qwen3, .llama]

/// What a pass is for, and with it which kernels do it.
///
/// A token's keys and values come out bit by bit the same however a prompt is cut into batches, because a prompt never
/// goes through the kernels for single steps, which add up in another order. So a cached prefix never changes an answer.
enum Pass {
    /// Evaluates part of a prompt, one token or many.
    case prompt
    /// Evaluates generated tokens, one of each text or several.
    case step
}

/// How large texts and passes may be.
struct ModelLimits: Sendable {
    /// Positions of one text at most; `nil` takes the file's, up to 4096.
    var contextLength: Int?
    /// Positions of all texts together; at least one whole context is taken.
    var cacheLength: Int?
    /// How the cache stores keys and values.
    var cacheFormat: CacheFormat
    /// Tokens of a prompt that one pass evaluates at most.
    var batchSize: Int
    /// Texts that a step continues at most.
    var texts: Int

    /// Columns of a pass at most.
    var columns: Int { max(batchSize, choices) }
    /// Columns of a pass at most that a token is chosen for.
    var choices: Int { PassColumns.maximumOfStep }
}

/// The numbers of a model that its users need.
public struct ModelShape: Sendable, Equatable {
    /// `general.architecture`.
    public let architecture: String
    /// Token ids run from 0 to one below.
    public let vocabularyCount: Int
    /// Positions that one text may have: the file's own context length, or less if so asked.
    public let contextLength: Int
    /// Layers.
    public let layerCount: Int
    /// Width of the residual stream.
    public let embeddingLength: Int
}
