import GGUF

/// The hyperparameters of a decoder's file, checked against bounds and against the shapes of its tensors.
struct DecoderParameters {
    let architecture: Architecture
    let layers: Int
    let embedding: Int
    let feedForward: Int
    let vocabulary: Int
    let epsilon: Float
    let rotary: RotaryShape
    let attention: AttentionShape
    let context: Int

    /// Where the caller names no context length, the cache is not made longer than this.
    static let defaultContext = 4096

    /// Reads the hyperparameters and checks the shape of every tensor, without touching a device.
    ///
    /// - Parameter limits: a context length is at most the file's; ``defaultContext`` or the file's, the lesser, if left
    ///   out.
    /// - Throws: ``ModelError`` that names the key or tensor, what it is and what was expected; `.invalidRequest` for a
    ///   context that the model does not have, and for a cache format that its heads do not fit.
    init(_ file: GGUFFile, limits: ModelLimits) throws {
        architecture = try Architecture(of: file)
        let values = Hyperparameters(file: file, architecture: architecture)
        layers = try values.integer("block_count", 1...512)
        embedding = try values.integer("embedding_length", 32...65_536, multipleOf: 32)
        feedForward = try values.integer("feed_forward_length", 32...262_144, multipleOf: 32)
        epsilon = try values.number("attention.layer_norm_rms_epsilon", 0...1)
        let trained = try values.integer("context_length", 1...16_777_216)
        context = limits.contextLength ?? min(trained, Self.defaultContext)
        guard (1...trained).contains(context) else {
            throw ModelError(
                .invalidRequest,
                "\(file.path): a context of \(context) positions, 1 to the model's own \(trained) expected")
        }
        attention = try Self.attention(values, embedding: embedding, context: context, limits: limits)
        vocabulary = try DecoderTensors.tensor("token_embd.weight", of: file).rows
        guard (1...1_048_576).contains(vocabulary) else {
            throw ModelError(
                .badTensor, "\(file.path): token_embd.weight has \(vocabulary) rows, 1 to 1048576 expected")
        }
        rotary = try Self.rotary(values, architecture: architecture, headSize: attention.headSize, epsilon: epsilon)
        try values.refuseUnsupported(attention)
        try DecoderTensors(parameters: self, file: file).check()
    }

    private static func attention(
        _ values: Hyperparameters, embedding: Int, context: Int, limits: ModelLimits
    ) throws -> AttentionShape {
        let heads = try values.integer("attention.head_count", 1...1024)
        // Without the first key each head has keys of its own; without the second heads share the width.
        let kvHeads = try values.integer("attention.head_count_kv", 1...heads, fallback: heads)
        let headSize = try values.integer("attention.key_length", 1...65_536, fallback: embedding / heads)
        guard headSize % 8 == 0, (8...256).contains(headSize), heads % kvHeads == 0, heads * headSize % 32 == 0 else {
            throw ModelError(
                .badHyperparameter,
                "\(values.file.path): \(heads) heads of \(headSize) values over \(kvHeads) key heads; sizes of 8 to 256 "
                    + "in steps of 8 and whole groups expected")
        }
        try limits.cacheFormat.requireWholeBlocks(headSize: headSize, path: values.file.path)
        return AttentionShape(
            heads: heads, kvHeads: kvHeads, headSize: headSize, context: context, cacheLength: limits.cacheLength,
            cacheFormat: limits.cacheFormat)
    }

    private static func rotary(
        _ values: Hyperparameters, architecture: Architecture, headSize: Int, epsilon: Float
    ) throws -> RotaryShape {
        RotaryShape(
            pairing: architecture.pairing,
            base: try values.number("rope.freq_base", 1...1e9, fallback: architecture.defaultRotaryBase),
            factors: architecture.rotaryFactors
                ? try DecoderTensors.rotaryFactors(of: values.file, headSize: headSize) : [],
            headNormEpsilon: architecture.headNorm ? epsilon : nil)
    }

    var shape: ModelShape {
        ModelShape(
            architecture: architecture.name, vocabularyCount: vocabulary, contextLength: context, layerCount: layers,
            embeddingLength: embedding)
    }

    /// The sizes that decide how much memory the model takes.
    func footprint(of file: GGUFFile) -> ModelFootprint {
        ModelFootprint(
            of: file, layerCount: layers, embeddingLength: embedding, feedForwardLength: feedForward,
            headCount: attention.heads, keyHeadCount: attention.kvHeads, headSize: attention.headSize,
            vocabularyCount: vocabulary)
    }

    /// As many texts, and as long ones, as the limits allow.
    func demand(_ limits: ModelLimits) -> MemoryDemand {
        MemoryDemand(
            contextTokens: context, cacheTokens: attention.blocks * AttentionShape.blockPositions,
            textCount: limits.texts, batchSize: limits.batchSize, cacheFormat: limits.cacheFormat)
    }
}
