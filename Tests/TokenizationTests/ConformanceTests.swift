import Foundation
import GGUF
import Testing

@testable import Tokenization

@Suite("conformance")
struct ConformanceTests {
    private struct Case: Decodable {
        let text: String
        /// By pre-tokenizer.
        let ids: [String: [Int32]]
    }

    @Test(
        "plain and random texts give the ids that Hugging Face's tokenizers gives",
        arguments: ["qwen2", "llama-bpe", "tekken"])
    func agreesWithTokenizers(preTokenizer: String) throws {
        let tokenizer = try smallTokenizer(preTokenizer)
        let data = try Data(contentsOf: URL(fileURLWithPath: fixturePath("cases.json")))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        #expect(cases.count > 400)
        for item in cases {
            let ids = try #require(item.ids[preTokenizer])
            #expect(tokenizer.encode(item.text, allowSpecial: false) == ids, "\(item.text.debugDescription)")
            #expect(tokenizer.decode(ids) == item.text)
        }
    }

    @Test("Qwen2's vocabulary gives the ids of llama.cpp's conformance cases", .needsConformanceData)
    func agreesOnQwen2() throws {
        let tokenizer = try Tokenizer(gguf: GGUFFile(path: ConformanceData.path()))
        let texts = try String(contentsOfFile: ConformanceData.path(".inp"), encoding: .utf8)
            .components(separatedBy: "\n__ggml_vocab_test__\n").dropLast()
        let expected = try String(contentsOfFile: ConformanceData.path(".out"), encoding: .utf8)
            .components(separatedBy: "\n").dropLast()
        #expect(texts.count == expected.count)
        for (text, line) in zip(texts, expected) {
            let ids = line.split(separator: " ").compactMap { Int32($0) }
            #expect(tokenizer.encode(text, allowSpecial: false) == ids, "\(text.debugDescription)")
            #expect(tokenizer.decode(ids) == text)
        }
    }

    @Test("Qwen2's special tokens are found by name and end a generation", .needsConformanceData)
    func qwen2SpecialTokens() throws {
        let tokenizer = try Tokenizer(gguf: GGUFFile(path: ConformanceData.path()))
        #expect(tokenizer.vocabularyCount == 151_936)
        #expect(tokenizer.specialID("<|im_start|>") == 151_644)
        #expect(tokenizer.endOfGeneration == [151_643, 151_645])
        #expect(tokenizer.tokenBytes(151_646).isEmpty, "a padding token stands for no text")
        #expect(tokenizer.encode("a<|im_end|>", allowSpecial: true) == [64, 151_645])
    }
}
