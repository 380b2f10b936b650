import GGUF

/// What files of the supported architectures may ask for and this engine does not implement. Each is refused by name,
/// because a variant that is passed over in silence gives text that looks right and is not.
///
/// Source of the keys: the GGUF specification, `docs/gguf.md` of ggml-org/ggml.
extension Hyperparameters {
    /// - Throws: ``ModelError`` with `.unsupportedVariant`.
    func refuseUnsupported(_ attention: AttentionShape) throws {
        try refuseOtherFiles()
        for key in ["expert_count", "expert_used_count", "expert_shared_count"] {
            try require(key, "0, no mixture of experts") { $0.integer == 0 }
        }
        let headSize = attention.headSize
        try require("attention.value_length", "\(headSize), the size of keys") { $0.integer == headSize }
        try require("attention.causal", "true") { $0 == .bool(true) }
        try require("attention.clamp_kqv", "0, no clamping") { $0.number == 0 }
        try require("attention.max_alibi_bias", "0, no bias by distance") { $0.number == 0 }
        // A window that the context does not outgrow hides nothing.
        try require("attention.sliding_window", "0, or at least the context of \(attention.context) positions") {
            $0.integer.map { $0 == 0 || $0 >= attention.context } ?? false
        }
        try require("use_parallel_residual", "false") { $0 == .bool(false) }
        try require("tensor_data_layout", "the reference layout") {
            $0 == .string("reference") || $0 == .string("Meta AI original pth")
        }
        try require("rope.dimension_count", "\(headSize), the whole head") { $0.integer == headSize }
        try refuseRotaryScaling()
        // The rows of the embeddings say how many tokens there are; scaling has been ruled out, so that what it started
        // from does not matter.
        ignore(["vocab_size", "rope.scaling.original_context_length", "rope.scaling.finetuned"])
        try refuseOthers()
    }

    /// Only unscaled positions are implemented. What Llama 3.1 calls scaling is in `rope_freqs.weight` instead.
    private func refuseRotaryScaling() throws {
        let type = try textIfPresent("rope.scaling.type")
        if type == "none" {
            ignore(["rope.scaling.factor"])
        } else {
            // A file without a type means linear scaling, and 0 no scaling.
            try require("rope.scaling.type", "none, or linear with factor 1") { $0 == .string("linear") }
            try require("rope.scaling.factor", "1, no scaling") { $0.number == 0 || $0.number == 1 }
        }
        try require("rope.scale_linear", "1, no scaling") { $0.number == 1 }
        try require("rope.scaling.attn_factor", "1, no scaling") { $0.number == 1 }
    }

    /// Adapters and the parts of a model that is cut into several files name an architecture too.
    private func refuseOtherFiles() throws {
        if let type = try file.stringIfPresent("general.type"), type != "model" {
            throw ModelError(
                .unsupportedVariant, "\(file.path): general.type is \"\(type.prefix(64))\", model expected")
        }
        if let parts = try file.uintIfPresent("split.count"), parts > 1 {
            throw ModelError(.unsupportedVariant, "\(file.path): split.count is \(parts), a model in one file expected")
        }
    }
}
