import Testing

@testable import Tokenization

@Suite("tokenizer benchmark")
struct TokenizerBenchmarkTests {
    @Test("the text is the seed's, as long as asked for, and about half Chinese")
    func text() {
        let text = TokenizerBenchmark(textBytes: 20_000, seed: 3).text
        #expect(text == TokenizerBenchmark(textBytes: 20_000, seed: 3).text)
        #expect(text != TokenizerBenchmark(textBytes: 20_000, seed: 4).text)
        #expect((20_000..<21_000).contains(text.utf8.count))
        let chinese = text.split(separator: "\n").filter { $0.contains("端子") }
        let share = Double(chinese.reduce(0) { $0 + $1.utf8.count }) / Double(text.utf8.count)
        #expect((0.4...0.6).contains(share), "\(share)")
    }

    @Test("figures name what was measured")
    func figures() throws {
        let tokenizer = try smallTokenizer()
        let benchmark = TokenizerBenchmark(textBytes: 2_000)
        let figures = benchmark.measure(tokenizer, runs: 0)
        #expect(figures.textBytes == benchmark.text.utf8.count)
        #expect(figures.tokens == tokenizer.encode(benchmark.text, allowSpecial: false).count)
        #expect(figures.encodeMBPerSecond > 0 && figures.decodeMBPerSecond > 0)
    }
}
