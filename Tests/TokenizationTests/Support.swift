import Foundation
import GGUF
import TestSupport
import Testing

@testable import Tokenization

/// The path of a fixture file beside these tests.
func fixturePath(_ name: String, file: String = #filePath) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
}

/// The small vocabulary that the fixtures script trained, with its own pre-tokenizer or another one.
func smallTokenizer(_ preTokenizer: String = "qwen2") throws -> Tokenizer {
    let trained = try GGUFFile(path: fixturePath("small.gguf"))
    let fields = trained.metadata.filter { $0.key != "tokenizer.ggml.pre" }.map { ($0.key, Optional($0.value)) }
    let others = [
        ("tokenizer.ggml.pre", GGUFValue.string(preTokenizer)), ("tokenizer.ggml.add_bos_token", .bool(false)),
    ]
    return try withVocabularyFile(fields + others) { try Tokenizer(gguf: $0) }
}

/// The public Qwen2 vocabulary and its conformance cases, which are not part of the repository.
enum ConformanceData {
    static let variable = "ANDON_TOKENIZER_DATA"
    static let name = "ggml-vocab-qwen2.gguf"

    /// The directory that the variable names, else `../shared/data/tokenizer` beside a directory above this file.
    static let directory: String? = {
        if let named = ProcessInfo.processInfo.environment[variable] { return named }
        var ancestor = URL(fileURLWithPath: #filePath)
        while ancestor.path != "/" {
            ancestor.deleteLastPathComponent()
            let candidate = ancestor.appendingPathComponent("shared/data/tokenizer").path
            if FileManager.default.fileExists(atPath: candidate + "/" + name) { return candidate }
        }
        return nil
    }()

    static func path(_ suffix: String = "") throws -> String {
        try #require(directory) + "/" + name + suffix
    }
}

extension Trait where Self == ConditionTrait {
    static var needsConformanceData: Self {
        .enabled(
            if: ConformanceData.directory != nil,
            "\(ConformanceData.name) is not here; set \(ConformanceData.variable) to the directory that holds it")
    }
}

extension SeededGenerator {
    /// Text of scalars from all planes, with runs of spaces, digits and letters more often than chance has it.
    mutating func text(maximumLength: Int) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x7F, 0x20...0x21, 0x09...0x0D, 0x30...0x39, 0x61...0x7A, 0x80...0x24F, 0x300...0x36F, 0x4E00...0x9FFF,
            0x1F300...0x1F6FF, 0...0xD7FF, 0xE000...0x10FFFF,
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...maximumLength, using: &self) {
            let range = ranges[Int.random(in: ranges.indices, using: &self)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { text.append(scalar) }
        }
        return String(text)
    }
}

extension SeededGenerator {
    /// The bytes with some taken out, put in and changed, so that they are seldom UTF-8.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...4, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            bytes.insert(UInt8.random(in: 0 ... .max, using: &self), at: place)
            bytes.remove(at: Int.random(in: bytes.indices, using: &self))
            bytes.append(UInt8.random(in: 0x80 ... .max, using: &self))
        }
        return bytes
    }
}
