import Foundation
import GGUF
import TestSupport
import Testing

@testable import Tokenization

@Suite("bad vocabularies")
struct BadVocabularyTests {
    private func refusal(_ spoil: (inout TinyVocabulary) -> Void) -> GGUFError? {
        var vocabulary = TinyVocabulary()
        spoil(&vocabulary)
        return #expect(throws: GGUFError.self) { try vocabulary.tokenizer() }
    }

    @Test("another tokenizer model or pre-tokenizer is named, with what is supported")
    func unsupported() {
        let model = refusal { $0.model = .string("llama") }
        #expect(model?.code == .unsupportedType)
        #expect(model?.detail == "\"llama\" is not supported; supported: \"gpt2\" (byte-level BPE)")
        let preTokenizer = refusal { $0.preTokenizer = .string("smaug-bpe") }
        #expect(preTokenizer?.code == .unsupportedType)
        #expect(preTokenizer?.field == "metadata \"tokenizer.ggml.pre\"")
        #expect(
            preTokenizer?.detail
                == "\"smaug-bpe\" is not supported; supported: deepseek-r1-qwen, llama-bpe, llama-v3, llama3, qwen2, tekken"
        )
    }

    @Test("an absent key is named")
    func missing() {
        #expect(refusal { $0.model = nil }?.field == "metadata \"tokenizer.ggml.model\"")
        #expect(refusal { $0.preTokenizer = nil }?.field == "metadata \"tokenizer.ggml.pre\"")
    }

    @Test("a vocabulary without a token for every byte is refused")
    func missingByte() {
        let error = refusal { vocabulary in
            vocabulary.tokens.removeAll { $0 == "A" }
            vocabulary.types.removeLast()
        }
        #expect(error?.detail == "has no token for the byte 65; byte-level BPE needs all 256")
        #expect(refusal { ($0.tokens, $0.types) = ([], []) }?.detail == "is empty")
    }

    @Test(
        "merges that are no pair of tokens, or join to no token, are refused",
        arguments: ["ab", "a b", "x ", " y", "a \u{4E2D}"])
    func badMerges(line: String) {
        let error = refusal { $0.merges = [line] }
        #expect(error?.field == "metadata \"tokenizer.ggml.merges\"")
        #expect(error?.detail.hasPrefix("has \"\(line)\" at 0") == true)
    }

    @Test("token types that are too few or unknown, and an end of text outside the vocabulary, are refused")
    func badNumbers() {
        #expect(refusal { $0.types.removeLast() }?.field == "metadata \"tokenizer.ggml.token_type\"")
        #expect(refusal { $0.types[3] = 9 }?.detail == "is 9 for token 3; expected 1 to 6")
        #expect(refusal { $0.types[3] = -1 }?.field == "metadata \"tokenizer.ggml.token_type\"")
        #expect(refusal { $0.endOfText = .uint32(256) }?.detail == "is 256; the vocabulary has 256 tokens")
        #expect(refusal { $0.endOfText = .string("x") }?.code == .badField)
    }

    @Test("a beginning of text that the file asks for must be named and in the vocabulary")
    func badBeginning() {
        #expect(refusal { $0.preTokenizer = .string("llama-bpe") }?.code == .missing)
        #expect(refusal { $0.addsBeginning = .bool(true) }?.field == "metadata \"tokenizer.ggml.bos_token_id\"")
        let outside = refusal { ($0.addsBeginning, $0.beginningOfText) = (.bool(true), .uint32(256)) }
        #expect(outside?.detail == "is 256; the vocabulary has 256 tokens")
        #expect(refusal { $0.addsBeginning = .uint32(1) }?.field == "metadata \"tokenizer.ggml.add_bos_token\"")
    }

    @Test("a vocabulary file with random bytes in it is refused or works")
    func corruption() throws {
        let seed = testSeed("vocabulary corruption")
        var generator = SeededGenerator(seed: seed)
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixturePath("small.gguf"))))
        let path = NSTemporaryDirectory() + "andon-corrupt-\(UUID().uuidString).gguf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                    in: 0 ... .max, using: &generator)
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            guard let tokenizer = try? Tokenizer(gguf: GGUFFile(path: path)) else { continue }
            let ids = tokenizer.encode("Check the oil level <|im_end|> 油", allowSpecial: true)
            #expect(ids.allSatisfy { 0 <= $0 && $0 < tokenizer.vocabularyCount }, "seed \(seed)")
            _ = tokenizer.decode(ids)
        }
    }
}
