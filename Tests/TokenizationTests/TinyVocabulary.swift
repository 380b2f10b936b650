import Foundation
import GGUF

@testable import Tokenization

/// A vocabulary of the 256 bytes and little else, whose fields a test can spoil.
struct TinyVocabulary {
    var model: GGUFValue? = .string("gpt2")
    var preTokenizer: GGUFValue? = .string("qwen2")
    var tokens: [String]
    var types: [Int32]
    var merges: [String] = []
    var endOfText: GGUFValue?

    init(userDefined: [String] = []) {
        let entries = (0..<0x144).compactMap(Unicode.Scalar.init).map(String.init).filter { entry in
            var bytes: [UInt8] = []
            return ByteAlphabet.append(entry, to: &bytes)
        }
        tokens = entries + userDefined
        types = entries.map { _ in 1 } + userDefined.map { _ in 4 }
    }

    func tokenizer() throws -> Tokenizer {
        let path = NSTemporaryDirectory() + "andon-vocabulary-\(UUID().uuidString).gguf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var writer = GGUFWriter()
        if let model { writer.add("tokenizer.ggml.model", model) }
        if let preTokenizer { writer.add("tokenizer.ggml.pre", preTokenizer) }
        writer.add("tokenizer.ggml.tokens", .stringArray(tokens))
        writer.add("tokenizer.ggml.token_type", .int32Array(types))
        writer.add("tokenizer.ggml.merges", .stringArray(merges))
        if let endOfText { writer.add("tokenizer.ggml.eos_token_id", endOfText) }
        try writer.write(to: path)
        return try Tokenizer(gguf: GGUFFile(path: path))
    }
}
