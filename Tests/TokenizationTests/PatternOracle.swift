import Foundation
import Testing

/// The published patterns of pre-tokenizers, run by a regular expression engine: slow, and nothing like the scanners.
struct PatternOracle {
    private static let gpt = """
        (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|DIGITS| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\
        \\s+(?!\\S)|\\s+
        """
    private static let qwen2 = gpt.replacingOccurrences(of: "DIGITS", with: "\\p{N}")
    private static let llama3 = gpt.replacingOccurrences(of: "DIGITS", with: "\\p{N}{1,3}")
    private static let tekken = """
        [^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|\
        [^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\
        \\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+
        """
    private static let patterns = [
        "qwen2": qwen2, "deepseek-r1-qwen": qwen2, "llama-bpe": llama3, "llama3": llama3, "llama-v3": llama3,
        "tekken": tekken,
    ]

    private let expression: NSRegularExpression

    init(preTokenizer: String) throws {
        // This engine's `\s` lacks some characters of White_Space, which the models' own engines go by.
        let pattern = try #require(Self.patterns[preTokenizer])
            .replacingOccurrences(of: "\\s", with: "\\p{White_Space}")
            .replacingOccurrences(of: "\\S", with: "\\P{White_Space}")
        expression = try NSRegularExpression(pattern: pattern)
    }

    func words(_ text: String) -> [String] {
        let whole = NSRange(text.startIndex..<text.endIndex, in: text)
        return expression.matches(in: text, range: whole).map { match in
            String(decoding: Array(text.utf16)[match.range.location..<NSMaxRange(match.range)], as: UTF16.self)
        }
    }

    /// The text without what a newer version of Unicode brought, which one of the two may not know yet.
    static func knownScalars(of text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { ($0.properties.age?.major ?? .max) <= 12 }))
    }
}
