import GGUF

/// The public shape of a model, enough to make one of the same size with other weights.
///
/// Source: the models' `config.json` files.
struct BenchmarkShape: Sendable {
    let name: String
    /// `general.architecture`.
    let architecture: String
    let layers: Int
    let embedding: Int
    let feedForward: Int
    let heads: Int
    let keyHeads: Int
    let headSize: Int
    let vocabulary: Int
    let context: Int
    let rotaryBase: Float
    let epsilon: Float
    /// Whether the embeddings are the output weights too.
    var isTied = false

    static let all = [
        BenchmarkShape(
            name: "qwen2.5-0.5b", architecture: "qwen2", layers: 24, embedding: 896, feedForward: 4864, heads: 14,
            keyHeads: 2, headSize: 64, vocabulary: 151_936, context: 32_768, rotaryBase: 1e6, epsilon: 1e-6,
            isTied: true),
        BenchmarkShape(
            name: "qwen2.5-7b", architecture: "qwen2", layers: 28, embedding: 3584, feedForward: 18_944, heads: 28,
            keyHeads: 4, headSize: 128, vocabulary: 152_064, context: 32_768, rotaryBase: 1e6, epsilon: 1e-6),
        BenchmarkShape(
            name: "qwen2.5-14b", architecture: "qwen2", layers: 48, embedding: 5120, feedForward: 13_824, heads: 40,
            keyHeads: 8, headSize: 128, vocabulary: 152_064, context: 32_768, rotaryBase: 1e6, epsilon: 1e-6),
        BenchmarkShape(
            name: "llama-3.1-8b", architecture: "llama", layers: 32, embedding: 4096, feedForward: 14_336, heads: 32,
            keyHeads: 8, headSize: 128, vocabulary: 128_256, context: 131_072, rotaryBase: 500_000, epsilon: 1e-5),
        BenchmarkShape(
            name: "mistral-nemo-12b", architecture: "llama", layers: 40, embedding: 5120, feedForward: 14_336,
            heads: 32, keyHeads: 8, headSize: 128, vocabulary: 131_072, context: 131_072, rotaryBase: 1e6,
            epsilon: 1e-5),
    ]

    private var querySize: Int { heads * headSize }
    private var keySize: Int { keyHeads * headSize }

    var metadata: [(String, GGUFValue)] {
        [
            ("general.architecture", .string(architecture)), ("general.name", .string("\(name) of random weights")),
            ("\(architecture).block_count", .uint32(UInt32(layers))),
            ("\(architecture).context_length", .uint32(UInt32(context))),
            ("\(architecture).embedding_length", .uint32(UInt32(embedding))),
            ("\(architecture).feed_forward_length", .uint32(UInt32(feedForward))),
            ("\(architecture).attention.head_count", .uint32(UInt32(heads))),
            ("\(architecture).attention.head_count_kv", .uint32(UInt32(keyHeads))),
            ("\(architecture).attention.key_length", .uint32(UInt32(headSize))),
            ("\(architecture).attention.value_length", .uint32(UInt32(headSize))),
            ("\(architecture).attention.layer_norm_rms_epsilon", .float32(epsilon)),
            ("\(architecture).rope.freq_base", .float32(rotaryBase)),
            ("\(architecture).rope.dimension_count", .uint32(UInt32(headSize))),
        ]
    }

    /// One tensor of the model.
    struct Tensor {
        enum Role {
            case matrix(BlockFormat)
            /// Values around 1.
            case norm
            /// Values around 0.
            case bias
        }

        let name: String
        let dimensions: [Int]
        let role: Role
    }

    func tensors(_ mix: BenchmarkMix) -> [Tensor] {
        func matrix(_ name: String, _ kind: BenchmarkMix.Kind, rows: Int, columns: Int) -> Tensor {
            let format = mix.format(kind, layers: layers, columns: columns)
            return Tensor(name: "\(name).weight", dimensions: [columns, rows], role: .matrix(format))
        }
        func vector(_ name: String, _ role: Tensor.Role, size: Int) -> Tensor {
            Tensor(name: name, dimensions: [size], role: role)
        }
        var tensors = [
            matrix("token_embd", isTied ? .output : .plain, rows: vocabulary, columns: embedding),
            vector("output_norm.weight", .norm, size: embedding),
        ]
        if !isTied { tensors.append(matrix("output", .output, rows: vocabulary, columns: embedding)) }
        for layer in 0..<layers {
            let block = "blk.\(layer)"
            tensors += [
                vector("\(block).attn_norm.weight", .norm, size: embedding),
                matrix("\(block).attn_q", .plain, rows: querySize, columns: embedding),
                matrix("\(block).attn_k", .plain, rows: keySize, columns: embedding),
                matrix("\(block).attn_v", .sensitive(layer: layer), rows: keySize, columns: embedding),
                matrix("\(block).attn_output", .plain, rows: embedding, columns: querySize),
                vector("\(block).ffn_norm.weight", .norm, size: embedding),
                matrix("\(block).ffn_gate", .plain, rows: feedForward, columns: embedding),
                matrix("\(block).ffn_up", .plain, rows: feedForward, columns: embedding),
                matrix("\(block).ffn_down", .sensitive(layer: layer), rows: embedding, columns: feedForward),
            ]
            guard architecture == "qwen2" else { continue }
            for (name, size) in [("attn_q", querySize), ("attn_k", keySize), ("attn_v", keySize)] {
                tensors.append(vector("\(block).\(name).bias", .bias, size: size))
            }
        }
        return tensors
    }
}

/// Which tensors of a model are stored in which format.
enum BenchmarkMix: Sendable {
    /// llama.cpp's Q4_K_M: Q6_K for the output weights and, in half of the layers, for values and down projections.
    case mediumQ4
    case uniform(BlockFormat)

    enum Kind {
        case plain, output
        case sensitive(layer: Int)
    }

    /// - Parameter name: `q4_k_m`, or the name of a format in lower case.
    init?(_ name: String) {
        if name == "q4_k_m" {
            self = .mediumQ4
        } else if let format = BlockFormat.allCases.first(where: { $0.name.lowercased() == name }) {
            self = .uniform(format)
        } else {
            return nil
        }
    }

    /// - Parameter columns: of the tensor. Where they are no whole blocks the format is another, as llama.cpp's
    ///   quantization chooses it.
    func format(_ kind: Kind, layers: Int, columns: Int) -> BlockFormat {
        let wanted = format(kind, layers: layers)
        guard columns % wanted.valuesPerBlock != 0 else { return wanted }
        return switch wanted {
        case .q4_K: .q5_0
        case .q5_K: .q5_1
        case .q6_K: .q8_0
        default: .iq4_NL
        }
    }

    private func format(_ kind: Kind, layers: Int) -> BlockFormat {
        switch (self, kind) {
        case (.uniform(let format), _): format
        case (.mediumQ4, .plain): .q4_K
        case (.mediumQ4, .output): .q6_K
        case (.mediumQ4, .sensitive(let layer)):
            // The first and last eighth and every third layer between, as llama.cpp's `use_more_bits` chooses.
            layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2 ? .q6_K : .q4_K
        }
    }
}
