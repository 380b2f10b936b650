import GGUF

/// The hyperparameters of a Qwen2 file, checked against bounds and against the shapes of its tensors.
struct Qwen2Parameters {
    let layers: Int
    let embedding: Int
    let feedForward: Int
    let vocabulary: Int
    let epsilon: Float
    let ropeBase: Float
    let attention: AttentionShape
    let context: Int

    /// Where the caller names no context length, the cache is not made longer than this.
    static let defaultContext = 4096

    /// - Parameter contextLength: positions to make room for, at most the file's; ``defaultContext`` or the file's, the
    ///   lesser, if left out.
    init(_ file: GGUFFile, contextLength: Int?) throws {
        func integer(_ key: String, _ bounds: ClosedRange<Int>, multipleOf step: Int = 1) throws -> Int {
            let value = try file.uint("qwen2.\(key)")
            guard bounds.contains(value), value % step == 0 else {
                let multiple = step > 1 ? ", a multiple of \(step)" : ""
                throw ModelError(
                    .badHyperparameter,
                    "\(file.path): qwen2.\(key) is \(value), \(bounds.lowerBound) to \(bounds.upperBound)\(multiple) expected"
                )
            }
            return value
        }
        func number(_ key: String, _ bounds: ClosedRange<Float>) throws -> Float {
            let value = try file.float("qwen2.\(key)")
            guard bounds.contains(value) else {
                throw ModelError(
                    .badHyperparameter, "\(file.path): qwen2.\(key) is \(value), \(bounds) expected")
            }
            return value
        }
        layers = try integer("block_count", 1...512)
        embedding = try integer("embedding_length", 32...65_536, multipleOf: 32)
        feedForward = try integer("feed_forward_length", 32...262_144, multipleOf: 32)
        epsilon = try number("attention.layer_norm_rms_epsilon", 0...1)
        ropeBase = try number("rope.freq_base", 1...1e9)
        let heads = try integer("attention.head_count", 1...1024)
        let kvHeads = try integer("attention.head_count_kv", 1...heads)
        let headSize = try file.uintIfPresent("qwen2.attention.key_length") ?? embedding / heads
        guard headSize % 8 == 0, (8...256).contains(headSize), heads % kvHeads == 0, heads * headSize % 32 == 0 else {
            throw ModelError(
                .badHyperparameter,
                "\(file.path): \(heads) heads of \(headSize) values over \(kvHeads) key heads; sizes of 8 to 256 in "
                    + "steps of 8 and whole groups expected")
        }
        let trained = try integer("context_length", 1...16_777_216)
        let wanted = contextLength ?? Self.defaultContext
        guard wanted > 0 else {
            throw ModelError(.invalidRequest, "a context of \(wanted) positions, at least 1 expected")
        }
        context = min(trained, wanted)
        attention = AttentionShape(heads: heads, kvHeads: kvHeads, headSize: headSize, context: context)
        let embeddings = try Self.tensor("token_embd.weight", of: file)
        vocabulary = embeddings.rows
        guard (1...1_048_576).contains(vocabulary) else {
            throw ModelError(.badTensor, "token_embd.weight has \(vocabulary) rows, 1 to 1048576 expected")
        }
    }

    var shape: ModelShape {
        ModelShape(
            architecture: Qwen2.name, vocabularyCount: vocabulary, contextLength: context, layerCount: layers,
            embeddingLength: embedding)
    }

    /// Checks that every tensor is there with the shape that the hyperparameters ask for.
    func checkTensors(of file: GGUFFile) throws {
        let (query, kv) = (attention.querySize, attention.kvSize)
        try check("token_embd.weight", [embedding, vocabulary], of: file)
        try check("output_norm.weight", [embedding], of: file)
        if file.tensorIfPresent("output.weight") != nil {
            try check("output.weight", [embedding, vocabulary], of: file)
        }
        let shapes: [(String, [Int])] = [
            ("attn_norm.weight", [embedding]), ("attn_q.weight", [embedding, query]),
            ("attn_k.weight", [embedding, kv]), ("attn_v.weight", [embedding, kv]),
            ("attn_output.weight", [query, embedding]), ("ffn_norm.weight", [embedding]),
            ("ffn_gate.weight", [embedding, feedForward]), ("ffn_up.weight", [embedding, feedForward]),
            ("ffn_down.weight", [feedForward, embedding]),
        ]
        let biases: [(String, [Int])] = [("attn_q.bias", [query]), ("attn_k.bias", [kv]), ("attn_v.bias", [kv])]
        for layer in 0..<layers {
            for (name, dimensions) in shapes { try check("blk.\(layer).\(name)", dimensions, of: file) }
            for (name, dimensions) in biases where file.tensorIfPresent("blk.\(layer).\(name)") != nil {
                try check("blk.\(layer).\(name)", dimensions, of: file)
            }
        }
    }

    /// What the model takes of the device's memory.
    func memory(of file: GGUFFile, batchSize: Int) -> MemoryPlan {
        let weights = file.tensors.reduce(0) { $0 + $1.byteCount }
        // Of the embeddings a token reads one row, unless they are the output weights too.
        let embeddings = file.tensorIfPresent("token_embd.weight")?.byteCount ?? 0
        let tied = file.tensorIfPresent("output.weight") == nil
        let rows = 2 * embedding + 3 * attention.querySize + 2 * attention.kvSize + 3 * feedForward
        return MemoryPlan(
            weightBytes: weights, cacheBytes: 2 * layers * attention.cacheBytes,
            workBytes: rows * batchSize * 4 + context * attention.headSize * 4 + WeightLoader.stagingBytes
                + vocabulary * 8,
            readPerTokenBytes: tied ? weights : weights - embeddings)
    }

    private func check(_ name: String, _ dimensions: [Int], of file: GGUFFile) throws {
        let tensor = try Self.tensor(name, of: file)
        guard tensor.dimensions == dimensions else {
            throw ModelError(
                .badTensor, "\(file.path): \(name) is \(tensor.dimensions), \(dimensions) expected")
        }
    }

    private static func tensor(_ name: String, of file: GGUFFile) throws -> GGUFTensor {
        guard let tensor = file.tensorIfPresent(name) else {
            throw ModelError(.badTensor, "\(file.path): \(name) is missing")
        }
        return tensor
    }
}
