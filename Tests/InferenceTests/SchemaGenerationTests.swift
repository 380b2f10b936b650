import ConstrainedDecoding
import Foundation
import GGUF
import TestSupport
import Testing
import VulkanCompute

@testable import Inference

@Suite("generations of a model that knows nothing")
struct SchemaGenerationTests {
    /// Token i < 256 is byte i; the others are longer pieces, most of which cross the grammar's borders.
    private static let pieces = [
        "{\"", "\":", "\":\"", "\",\"", "\"}", "},{\"", "\"]}", "[\"", "\"],\"", "]},", "steps", "action\":\"", "p1",
        "p2\"]",
        "ab", "abc", "abcd\"", "tr", "true,", "false}", "null]", "12", "00", "-1", "1.5", "0,", "9]", "\\u", "\\u00",
        "\\n",
        "\\\"", "\"\"", "[]", "{}", "[[", "]]", "檢查", "é\"", "\u{1F600}", " a", "\"name\"", "mperature\":", "[{\"",
        "}}",
        "2024-0", "-02-29", "T12:", ":59Z\"", "+08:00", "F12", "0.00", "1000", "99", "kind\":\"", "，", "。\"}", "X-1",
    ]
    private static let end = Int32(SyntheticModel.vocabulary - 1)
    private static let bytes: [[UInt8]] = (0..<SyntheticModel.vocabulary).map { id in
        id < 256 ? [UInt8(id)] : id - 256 < pieces.count ? Array(pieces[id - 256].utf8) : []
    }

    private struct Generation: Encodable {
        let schema: String
        let document: String
    }

    @Test("fit their schemas for an independent validator, whole or cut short; ANDON_GENERATIONS says how many")
    func validate() throws {
        let count = ProcessInfo.processInfo.environment["ANDON_GENERATIONS"].flatMap(Int.init) ?? 55
        let seed = testSeed("generations")
        let samples = SampleSchema.all
        #expect(samples.count >= 40)
        let tokens = try TokenTable(tokenBytes: Self.bytes, endOfGeneration: [Self.end])
        let grammars = try samples.map { try Grammar(schema: JSONSchema(parsing: $0.text)) }
        let file = try SyntheticModel.make(.q8_0)
        let model = try LanguageModel(file: file.gguf, device: ComputeDevice(instance: VulkanInstance()))
        let batch = TextBatch(model: model)
        let outcomes = try (0..<count).map { index in
            TextBatchTests.add(
                GenerationRequest(
                    prompt: [Int32(index % 256), 7, 300], maxTokens: 200, temperature: 1.5, seed: seed &+ UInt64(index),
                    constraint: try TokenConstraint(grammar: grammars[index % samples.count], tokens: tokens),
                    endOfGeneration: [Self.end]),
                to: batch, id: UInt64(index))
        }
        while !batch.isIdle { try batch.step() }
        var lines = Data()
        var truncated = 0
        for (index, outcome) in outcomes.enumerated() {
            let result = try #require(try outcome.result?.get())
            if result.stopReason.isLimit { truncated += 1 }
            let text = result.tokens.flatMap { Self.bytes[Int($0)] } + result.closing
            let document = try #require(String(validating: text, as: UTF8.self))
            lines += try JSONEncoder().encode(
                Generation(schema: samples[index % samples.count].text, document: document))
            lines.append(UInt8(ascii: "\n"))
        }
        print("\(count) generations under \(samples.count) schemas, \(truncated) cut short and closed")
        #expect(truncated < count, "some come to an end by themselves")
        try validate(lines)
    }

    private func validate(_ lines: Data) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try lines.write(to: file)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Reference/validate.py")
        let validator = Process()
        validator.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        validator.arguments = [script.path, file.path]
        let output = Pipe()
        validator.standardOutput = output
        try validator.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        validator.waitUntilExit()
        print(said)
        #expect(validator.terminationStatus == 0, "\(said)")
    }
}
