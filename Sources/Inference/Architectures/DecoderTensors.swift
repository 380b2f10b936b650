import GGUF

/// The tensors that a decoder is made of, with the shapes that its hyperparameters ask for.
///
/// Names are those of the GGUF specification; dimensions have the innermost first, as there.
struct DecoderTensors {
    private struct Expected {
        let name: String
        let dimensions: [Int]
        var isOptional = false
    }

    private static let rotaryFactorsName = "rope_freqs.weight"

    let parameters: DecoderParameters
    let file: GGUFFile

    /// Checks that every tensor is there with its shape, and none besides: what another would change is not known.
    ///
    /// - Throws: ``ModelError`` with `.badTensor`, the tensor's name, its shape and the one expected.
    func check() throws {
        var names: Set<String> = []
        func check(_ expected: Expected, in block: String = "") throws {
            let name = block + expected.name
            names.insert(name)
            guard let tensor = file.tensorIfPresent(name) else {
                if expected.isOptional { return }
                throw Self.missing(name, file)
            }
            try Self.check(tensor, expected.dimensions, file)
        }
        for expected in shared { try check(expected) }
        let layer = layer
        for index in 0..<parameters.layers {
            for expected in layer { try check(expected, in: "blk.\(index).") }
        }
        if let other = file.tensors.first(where: { !names.contains($0.name) }) {
            throw ModelError(
                .badTensor,
                "\(file.path): \(other.name.prefix(80)) is not a tensor of a \(parameters.architecture.name) model of "
                    + "\(parameters.layers) layers")
        }
    }

    /// What all layers share. Without output weights the embeddings serve as such.
    private var shared: [Expected] {
        let embedding = parameters.embedding
        var expected = [
            Expected(name: "token_embd.weight", dimensions: [embedding, parameters.vocabulary]),
            Expected(name: "output_norm.weight", dimensions: [embedding]),
            Expected(name: "output.weight", dimensions: [embedding, parameters.vocabulary], isOptional: true),
        ]
        if parameters.architecture.rotaryFactors {
            let pairs = parameters.attention.headSize / 2
            expected.append(Expected(name: Self.rotaryFactorsName, dimensions: [pairs], isOptional: true))
        }
        return expected
    }

    /// What each layer has, below `blk.INDEX.`.
    private var layer: [Expected] {
        let (query, kv) = (parameters.attention.querySize, parameters.attention.kvSize)
        let (embedding, feedForward) = (parameters.embedding, parameters.feedForward)
        var shapes: [(name: String, dimensions: [Int])] = [
            ("attn_norm.weight", [embedding]), ("attn_q.weight", [embedding, query]),
            ("attn_k.weight", [embedding, kv]), ("attn_v.weight", [embedding, kv]),
            ("attn_output.weight", [query, embedding]), ("ffn_norm.weight", [embedding]),
            ("ffn_gate.weight", [embedding, feedForward]), ("ffn_up.weight", [embedding, feedForward]),
            ("ffn_down.weight", [feedForward, embedding]),
        ]
        if parameters.architecture.attentionBias {
            shapes += [("attn_q.bias", [query]), ("attn_k.bias", [kv]), ("attn_v.bias", [kv])]
        }
        if parameters.architecture.headNorm {
            let headSize = parameters.attention.headSize
            shapes += [("attn_q_norm.weight", [headSize]), ("attn_k_norm.weight", [headSize])]
        }
        return shapes.map { Expected(name: $0.name, dimensions: $0.dimensions) }
    }

    /// What each pair's angle is divided by, in a file that has such factors.
    ///
    /// - Throws: ``ModelError`` with `.badTensor` for another shape, and for a value that is no factor.
    static func rotaryFactors(of file: GGUFFile, headSize: Int) throws -> [Float] {
        guard let tensor = file.tensorIfPresent(rotaryFactorsName) else { return [] }
        try check(tensor, [headSize / 2], file)
        let factors = file.values(of: tensor)
        let bounds: ClosedRange<Float> = 1e-3...1e6
        if let index = factors.firstIndex(where: { !bounds.contains($0) }) {
            throw ModelError(
                .badTensor, "\(file.path): \(tensor.name)[\(index)] is \(factors[index]), \(bounds) expected")
        }
        return factors
    }

    /// - Throws: ``ModelError`` with `.badTensor` if it is missing.
    static func tensor(_ name: String, of file: GGUFFile) throws -> GGUFTensor {
        guard let tensor = file.tensorIfPresent(name) else { throw missing(name, file) }
        return tensor
    }

    private static func check(_ tensor: GGUFTensor, _ dimensions: [Int], _ file: GGUFFile) throws {
        guard tensor.dimensions == dimensions else {
            throw ModelError(.badTensor, "\(file.path): \(tensor.name) is \(tensor.dimensions), \(dimensions) expected")
        }
    }

    private static func missing(_ name: String, _ file: GGUFFile) -> ModelError {
        ModelError(.badTensor, "\(file.path): \(name) is missing")
    }
}
