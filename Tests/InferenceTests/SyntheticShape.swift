import GGUF
import Testing

/// What the synthetic models are made of, one of each architecture; `ARCHITECTURES` in `Reference/reference.py`.
struct SyntheticShape: Sendable, CustomTestStringConvertible {
    let name: String
    var architecture = "llama"
    var embedding = 256
    var heads = 4
    var kvHeads = 2
    var hasBias = false
    var hasHeadNorm = false
    var hasRotaryFactors = false
    var isTied = false
    let rotaryBase: Float
    /// The seeds that the goldens were made with.
    let seeds: [BlockFormat: Int]

    var layers = 2
    var feedForward = 512
    var vocabulary = 331
    var context = 256
    var headSize = 64

    static let qwen2 = SyntheticShape(
        name: "qwen2", architecture: "qwen2", hasBias: true, isTied: true, rotaryBase: 10_000,
        seeds: [
            .f32: 13, .f16: 13, .bf16: 18, .q4_0: 4, .q4_1: 9, .q5_0: 1, .q5_1: 9, .q8_0: 38, .q2_K: 14, .q3_K: 19,
            .q4_K: 5, .q5_K: 1, .q6_K: 9, .iq4_NL: 2, .iq4_XS: 20,
        ])
    static let qwen3 = SyntheticShape(
        name: "qwen3", architecture: "qwen3", heads: 8, kvHeads: 4, hasHeadNorm: true, isTied: true, rotaryBase: 1e6,
        seeds: [.q8_0: 13])
    static let llama = SyntheticShape(
        name: "llama", hasRotaryFactors: true, rotaryBase: 500_000, seeds: [.f32: 28, .q8_0: 17])
    /// As Mistral NeMo, with heads of another size than `embedding / heads`.
    static let nemo = SyntheticShape(name: "nemo", embedding: 512, rotaryBase: 1e6, seeds: [.q8_0: 4])

    static let all = [qwen2, qwen3, llama, nemo]

    /// The same in a few kilobytes, for what needs no device.
    var small: SyntheticShape {
        var small = self
        (small.embedding, small.feedForward, small.headSize, small.vocabulary) = (embedding / 8, 64, 8, 5)
        return small
    }

    var querySize: Int { heads * headSize }
    var kvSize: Int { kvHeads * headSize }

    var testDescription: String { name }

    /// The name of a hyperparameter's key in this architecture's files.
    func key(_ name: String) -> String { "\(architecture).\(name)" }

    var metadata: [String: GGUFValue] {
        func integer(_ value: Int) -> GGUFValue { .uint32(UInt32(value)) }
        var metadata: [String: GGUFValue] = [
            "general.architecture": .string(architecture), key("block_count"): integer(layers),
            key("context_length"): integer(context), key("embedding_length"): integer(embedding),
            key("feed_forward_length"): integer(feedForward), key("attention.head_count"): integer(heads),
            key("attention.head_count_kv"): integer(kvHeads), key("rope.freq_base"): .float32(rotaryBase),
            key("attention.layer_norm_rms_epsilon"): .float32(1e-6),
        ]
        if querySize != embedding {
            metadata[key("attention.key_length")] = integer(headSize)
            metadata[key("attention.value_length")] = integer(headSize)
        }
        if architecture == "llama" {
            metadata[key("rope.dimension_count")] = integer(headSize)
            metadata[key("vocab_size")] = integer(vocabulary)
        }
        return metadata
    }

    /// A file with these tensors, every value of which is one.
    ///
    /// - Parameters:
    ///   - metadata: changes the hyperparameters.
    ///   - tensors: changes names and dimensions, by name.
    func makeHollow(
        metadata change: (inout [String: GGUFValue]) -> Void = { _ in },
        tensors changeTensors: (inout [String: [Int]]) -> Void = { _ in }
    ) throws -> TemporaryModel {
        var metadata = metadata
        change(&metadata)
        var tensors: [String: [Int]] = [:]
        addTensors(
            matrix: { name, rows, columns in tensors[name] = [columns, rows] },
            vector: { name, size, _, _ in tensors[name] = [size] })
        changeTensors(&tensors)
        return try TemporaryModel { writer in
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { writer.add(key, value) }
            for (name, dimensions) in tensors.sorted(by: { $0.key < $1.key }) {
                let values = [Float](repeating: 1, count: dimensions.reduce(1, *))
                writer.addTensor(name, dimensions: dimensions, format: .f32, values: values)
            }
        }
    }

    /// - Parameters:
    ///   - matrix: takes name, rows and columns.
    ///   - vector: takes name, size, and the scale and offset of its values.
    func addTensors(matrix: (String, Int, Int) -> Void, vector: (String, Int, Float, Float) -> Void) {
        matrix("token_embd.weight", vocabulary, embedding)
        vector("output_norm.weight", embedding, 0.5, 1)
        if !isTied { matrix("output.weight", vocabulary, embedding) }
        if hasRotaryFactors { vector("rope_freqs.weight", headSize / 2, 3.5, 4.5) }
        for layer in 0..<layers {
            let block = "blk.\(layer)"
            vector("\(block).attn_norm.weight", embedding, 0.5, 1)
            for (name, rows) in [("attn_q", querySize), ("attn_k", kvSize), ("attn_v", kvSize)] {
                matrix("\(block).\(name).weight", rows, embedding)
                if hasBias { vector("\(block).\(name).bias", rows, 0.5, 0) }
                if hasHeadNorm, name != "attn_v" { vector("\(block).\(name)_norm.weight", headSize, 0.5, 1) }
            }
            matrix("\(block).attn_output.weight", embedding, querySize)
            vector("\(block).ffn_norm.weight", embedding, 0.5, 1)
            matrix("\(block).ffn_gate.weight", feedForward, embedding)
            matrix("\(block).ffn_up.weight", feedForward, embedding)
            matrix("\(block).ffn_down.weight", embedding, feedForward)
        }
    }
}
