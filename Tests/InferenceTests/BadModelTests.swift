import GGUF
import Testing
import VulkanCompute

@testable import Inference

@Suite("a file or request that cannot be served")
struct BadModelTests {
    private func plan(_ file: TemporaryModel) throws {
        _ = try LanguageModel.plan(file: file.gguf)
    }

    @Test("an unknown architecture is named together with those that are supported")
    func architecture() throws {
        let file = try SyntheticModel.make(.f32) { $0["general.architecture"] = .string("mamba") }
        #expect { try plan(file) } throws: { error in
            let error = error as? ModelError
            return error?.code == .unsupportedArchitecture && error?.detail.contains("mamba") == true
                && error?.detail.contains("qwen2") == true
        }
    }

    @Test(
        "a hyperparameter out of bounds is named with its value",
        arguments: [
            ("qwen2.block_count", GGUFValue.uint32(0)), ("qwen2.block_count", .uint32(4_000_000_000)),
            ("qwen2.embedding_length", .uint32(100)), ("qwen2.feed_forward_length", .uint32(0)),
            ("qwen2.attention.head_count", .uint32(0)), ("qwen2.attention.head_count", .uint32(3)),
            ("qwen2.attention.head_count_kv", .uint32(5)), ("qwen2.attention.head_count_kv", .uint32(3)),
            ("qwen2.context_length", .uint32(0)), ("qwen2.rope.freq_base", .float32(0)),
            ("qwen2.attention.layer_norm_rms_epsilon", .float32(-1)),
            ("qwen2.attention.key_length", .uint32(7)), ("qwen2.embedding_length", .string("wide")),
        ])
    func hyperparameters(key: String, value: GGUFValue) throws {
        let file = try SyntheticModel.make(.f32) { $0[key] = value }
        #expect { try plan(file) } throws: { error in
            let error = error as? ModelError
            return [.badHyperparameter, .badFile, .badTensor].contains(error?.code) && error?.detail.isEmpty == false
        }
    }

    @Test("a missing hyperparameter is named")
    func missingKey() throws {
        let file = try SyntheticModel.make(.f32) { $0["qwen2.block_count"] = nil }
        #expect { try plan(file) } throws: { ($0 as? ModelError)?.detail.contains("qwen2.block_count") == true }
    }

    @Test("a missing tensor is named", arguments: ["token_embd.weight", "output_norm.weight", "blk.1.ffn_down.weight"])
    func missingTensor(name: String) throws {
        let file = try SyntheticModel.make(.f32, leavingOut: name)
        #expect { try plan(file) } throws: { error in
            let error = error as? ModelError
            return error?.code == .badTensor && error?.detail.contains(name) == true
        }
    }

    @Test("a tensor of another shape is named with both shapes")
    func wrongShape() throws {
        let file = try SyntheticModel.make(.f32) { $0["qwen2.feed_forward_length"] = .uint32(1024) }
        #expect { try plan(file) } throws: { error in
            (error as? ModelError)?.detail.contains("blk.0.ffn_gate.weight is [256, 512], [256, 1024] expected") == true
        }
    }

    @Test("a model over the device's memory is refused with what it needs and what there is")
    func tooLarge() throws {
        let file = try SyntheticModel.make(.f32) { $0["qwen2.context_length"] = .uint32(16_000_000) }
        let device = try ComputeDevice(instance: VulkanInstance())
        // Whatever this machine has, a GiB is left.
        let loading = LoadOptions(memoryReserveBytes: device.memoryBudgetBytes() - (1 << 30))
        #expect {
            _ = try LanguageModel(
                file: file.gguf, device: device, options: .init(contextLength: 16_000_000, loading: loading))
        } throws: { error in
            let error = error as? ModelError
            return error?.code == .doesNotFit && error?.detail.contains("15625 MiB") == true
        }
    }

    @Test("no tokens, unknown tokens, too many tokens and impossible limits are refused, and the model goes on")
    func requests() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(contextLength: 32))
            let good = GenerationRequest(prompt: [1, 2], maxTokens: 2)
            let expected = try model.generate(good).tokens
            let bad = [
                GenerationRequest(prompt: [], maxTokens: 1), GenerationRequest(prompt: [331], maxTokens: 1),
                GenerationRequest(prompt: [-1], maxTokens: 1), GenerationRequest(prompt: [1], maxTokens: 0),
                GenerationRequest(prompt: [Int32](repeating: 1, count: 33), maxTokens: 1),
                GenerationRequest(prompt: [1], maxTokens: 1, temperature: -1),
                GenerationRequest(prompt: [1], maxTokens: 1, temperature: .nan),
            ]
            for request in bad {
                let code: ModelError.Code = request.prompt.count > 32 ? .contextOverflow : .invalidRequest
                #expect { try model.generate(request) } throws: { ($0 as? ModelError)?.code == code }
            }
            #expect(throws: ModelError.self) { try model.logits(tokens: [400]) }
            #expect(try model.generate(good).tokens == expected)
        }
    }
}
