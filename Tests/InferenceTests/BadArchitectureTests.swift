import GGUF
import Testing

@testable import Inference

@Suite("a file of each architecture that is not as the architecture asks")
struct BadArchitectureTests {
    /// The error with which a file is refused.
    private func refusal(_ file: TemporaryModel, contextLength: Int? = nil) throws -> ModelError {
        try #require(throws: ModelError.self) {
            _ = try LanguageModel.plan(file: file.gguf, options: .init(contextLength: contextLength))
        }
    }

    private func shape(_ name: String) throws -> SyntheticShape {
        try #require(SyntheticShape.all.first { $0.name == name }).small
    }

    @Test("lacks a tensor, which is named", arguments: SyntheticShape.all)
    func missing(shape: SyntheticShape) throws {
        let shape = shape.small
        let names = try shape.makeHollow().gguf.tensors.map(\.name)
        for name in names where !["output.weight", "rope_freqs.weight"].contains(name) {
            let error = try refusal(try shape.makeHollow(tensors: { $0[name] = nil }))
            #expect(error.code == .badTensor && error.detail.contains("\(name) is missing"), "\(error)")
        }
    }

    @Test("has a tensor of another shape, which is named with both shapes", arguments: SyntheticShape.all)
    func wrongShape(shape: SyntheticShape) throws {
        let shape = shape.small
        for tensor in try shape.makeHollow().gguf.tensors {
            let wide = [tensor.dimensions[0] + 32] + tensor.dimensions.dropFirst()
            for dimensions in [wide, tensor.dimensions + [2]] {
                let error = try refusal(try shape.makeHollow(tensors: { $0[tensor.name] = dimensions }))
                #expect(error.code == .badTensor, "\(error)")
                let isNamed = error.detail.contains(" \(tensor.name) is \(dimensions), ")
                // Another number of embeddings is another vocabulary, which the output weights then lack.
                let isVocabulary = error.detail.contains(" output.weight is \(tensor.dimensions), ")
                #expect(isNamed || isVocabulary, "\(error)")
            }
        }
    }

    @Test("has a tensor that is not the architecture's")
    func unknownTensor() throws {
        for (name, other) in [
            ("qwen2", "blk.0.attn_q_norm.weight"), ("qwen3", "blk.0.attn_q.bias"), ("qwen3", "rope_freqs.weight"),
            ("llama", "blk.1.ffn_gate_inp.weight"), ("llama", "blk.2.attn_norm.weight"), ("nemo", "output.bias"),
        ] {
            let error = try refusal(try shape(name).makeHollow(tensors: { $0[other] = [32] }))
            #expect(error.code == .badTensor && error.detail.contains("\(other) is not a tensor"), "\(error)")
        }
    }

    @Test("has head counts or sizes that do not belong together", arguments: SyntheticShape.all)
    func headCounts(shape: SyntheticShape) throws {
        let shape = shape.small
        for (key, value) in [
            ("attention.head_count", 0), ("attention.head_count", 3), ("attention.head_count", 2),
            ("attention.head_count", 1025), ("attention.head_count_kv", 0), ("attention.head_count_kv", 3),
            ("attention.head_count_kv", 1), ("attention.head_count_kv", 9), ("attention.key_length", 0),
            ("attention.key_length", 7), ("attention.key_length", 16), ("attention.key_length", 264),
        ] {
            let error = try refusal(
                try shape.makeHollow(metadata: {
                    $0[shape.key(key)] = .uint32(UInt32(value))
                    $0[shape.key("attention.value_length")] = nil
                    $0[shape.key("rope.dimension_count")] = nil
                }))
            #expect([.badHyperparameter, .badTensor].contains(error.code), "\(key) \(value): \(error)")
        }
    }

    @Test(
        "has hyperparameters of zero, huge, negative, of another type or no number at all",
        arguments: SyntheticShape.all)
    func values(shape: SyntheticShape) throws {
        let shape = shape.small
        let odd: [GGUFValue] = [
            .uint32(0), .uint32(.max), .uint64(.max), .int64(.min), .int32(-1), .float32(.nan), .float32(.infinity),
            .float32(-1), .float32(1e30), .float64(1e-300), .string("1"), .bool(true), .int32Array([1, 1]),
        ]
        // A tiny epsilon, and a vocabulary that the embeddings say anyway, do no harm.
        for key in shape.metadata.keys.sorted() where !key.hasSuffix("vocab_size") {
            for value in odd where !(key.hasSuffix("epsilon") && [.uint32(0), .float64(1e-300)].contains(value)) {
                let file = try shape.makeHollow(metadata: { $0[key] = value })
                #expect(try !refusal(file).detail.isEmpty, "\(key) \(value)")
            }
        }
    }

    @Test("asks for a variant that is not implemented, which is named", arguments: SyntheticShape.all)
    func variants(shape: SyntheticShape) throws {
        let shape = shape.small
        let variants: [(String, GGUFValue)] = [
            ("rope.scaling.type", .string("yarn")), ("rope.scaling.type", .string("longrope")),
            ("rope.scaling.type", .string("")), ("rope.scaling.factor", .float32(4)),
            ("rope.scale_linear", .float32(2)), ("rope.scaling.attn_factor", .float32(0.5)),
            ("rope.scaling.yarn_log_multiplier", .float32(0.1)), ("rope.dimension_count", .uint32(4)),
            ("attention.value_length", .uint32(16)), ("attention.sliding_window", .uint32(16)),
            ("attention.sliding_window", .string("all")), ("attention.causal", .bool(false)),
            ("attention.clamp_kqv", .float32(8)), ("attention.max_alibi_bias", .float32(8)),
            ("expert_count", .uint32(8)), ("expert_used_count", .uint32(2)), ("use_parallel_residual", .bool(true)),
            ("tensor_data_layout", .string("other")), ("logit_scale", .float32(2)), ("pooling_type", .uint32(3)),
        ]
        for (key, value) in variants {
            let error = try refusal(try shape.makeHollow(metadata: { $0[shape.key(key)] = value }))
            #expect(error.code == .unsupportedVariant, "\(key): \(error)")
            #expect(error.detail.contains(shape.key(key)), "\(error)")
        }
        let linear = try shape.makeHollow(metadata: {
            $0[shape.key("rope.scaling.type")] = .string("linear")
            $0[shape.key("rope.scaling.factor")] = .float32(2)
        })
        #expect(try refusal(linear).detail.contains("rope.scaling.factor is 2.0"))
    }

    @Test("is an adapter, or a part of a model")
    func otherFiles() throws {
        let adapter = try shape("qwen2").makeHollow(metadata: { $0["general.type"] = .string("adapter") })
        #expect(try refusal(adapter).code == .unsupportedVariant)
        let part = try shape("llama").makeHollow(metadata: { $0["split.count"] = .uint16(2) })
        #expect(try refusal(part).code == .unsupportedVariant)
    }

    @Test("is fine where it only says what the engine does anyway", arguments: SyntheticShape.all)
    func harmless(shape: SyntheticShape) throws {
        let shape = shape.small
        let harmless: [[String: GGUFValue]] = [
            [:], ["rope.scaling.type": .string("none"), "rope.scaling.factor": .float32(4)],
            ["rope.scaling.type": .string("linear"), "rope.scaling.factor": .float32(1)],
            ["rope.scaling.original_context_length": .uint32(8192), "rope.scaling.finetuned": .bool(true)],
            ["attention.sliding_window": .uint32(256)], ["attention.sliding_window": .uint32(0)],
            ["expert_count": .uint32(0)], ["rope.dimension_count": .uint32(8), "attention.causal": .bool(true)],
        ]
        for changes in harmless {
            let file = try shape.makeHollow(metadata: { metadata in
                for (key, value) in changes { metadata[shape.key(key)] = value }
            })
            let plan = try LanguageModel.plan(file: file.gguf)
            #expect(plan.shape.architecture == shape.architecture && plan.shape.vocabularyCount == shape.vocabulary)
        }
    }

    @Test("has factors of angles that are none")
    func rotaryFactors() throws {
        for factor: Float in [0, -1, 1e-4, 1e7, .infinity, .nan] {
            let shape = try shape("llama")
            let file = try TemporaryModel { writer in
                for (key, value) in shape.metadata { writer.add(key, value) }
                shape.addTensors(
                    matrix: { name, rows, columns in
                        writer.addTensor(
                            name, dimensions: [columns, rows], format: .f32,
                            values: [Float](repeating: 1, count: rows * columns))
                    },
                    vector: { name, size, _, _ in
                        var values = [Float](repeating: 1, count: size)
                        if name == "rope_freqs.weight" { values[2] = factor }
                        writer.addTensor(name, dimensions: [size], format: .f32, values: values)
                    })
            }
            let error = try refusal(file)
            #expect(error.code == .badTensor && error.detail.contains("rope_freqs.weight[2] is"), "\(error)")
        }
    }
}
