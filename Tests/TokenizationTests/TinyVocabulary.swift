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
    var beginningOfText: GGUFValue?
    var addsBeginning: GGUFValue?
    var endOfText: GGUFValue?
    var chatTemplate: GGUFValue?

    /// - Parameter preTokenizer: sets the beginning of text to token 0, since some ask for one.
    init(_ preTokenizer: String, normal: [String] = [], control: [String] = []) {
        self.init(normal: normal, control: control)
        self.preTokenizer = .string(preTokenizer)
        beginningOfText = .uint32(0)
    }

    init(normal: [String] = [], userDefined: [String] = [], control: [String] = []) {
        let bytes = (0..<0x144).compactMap(Unicode.Scalar.init).map(String.init).filter { entry in
            var bytes: [UInt8] = []
            return ByteAlphabet.append(entry, to: &bytes)
        }
        tokens = bytes + normal + userDefined + control
        types = (bytes + normal).map { _ in 1 } + userDefined.map { _ in 4 } + control.map { _ in 3 }
    }

    func tokenizer() throws -> Tokenizer {
        try withFile { try Tokenizer(gguf: $0) }
    }

    func chat() throws -> (tokenizer: Tokenizer, template: ChatTemplate) {
        try withFile { file in
            let tokenizer = try Tokenizer(gguf: file)
            return (tokenizer, try ChatTemplate(gguf: file, tokenizer: tokenizer))
        }
    }

    private func withFile<Result>(_ body: (GGUFFile) throws -> Result) throws -> Result {
        let fields: [(String, GGUFValue?)] = [
            ("tokenizer.ggml.model", model), ("tokenizer.ggml.pre", preTokenizer),
            ("tokenizer.ggml.tokens", .stringArray(tokens)), ("tokenizer.ggml.token_type", .int32Array(types)),
            ("tokenizer.ggml.merges", .stringArray(merges)), ("tokenizer.ggml.bos_token_id", beginningOfText),
            ("tokenizer.ggml.add_bos_token", addsBeginning), ("tokenizer.ggml.eos_token_id", endOfText),
            ("tokenizer.chat_template", chatTemplate),
        ]
        return try withVocabularyFile(fields, body)
    }
}

/// Writes metadata to a file that is there while the body runs.
func withVocabularyFile<Result>(
    _ fields: [(String, GGUFValue?)], _ body: (GGUFFile) throws -> Result
) throws -> Result {
    let path = NSTemporaryDirectory() + "andon-vocabulary-\(UUID().uuidString).gguf"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var writer = GGUFWriter()
    for (key, value) in fields {
        if let value { writer.add(key, value) }
    }
    try writer.write(to: path)
    return try body(GGUFFile(path: path))
}
