import Foundation
import Domain

/// Tells the fault code in what a person typed or a machine sent: `F004 on press`, `alarm 12`, `E 07`.
public enum QuestionParser {
    private static let longestQuestion = 400

    /// The code that the text asks about; nil when it asks in words.
    ///
    /// A code known to the library counts wherever it stands. An unknown one counts only if the text announces it
    /// (`alarm E-99`) or consists of it: `HF-20` in "replace filter HF-20" is a part.
    public static func code(in text: String, isKnown: (FaultCode) throws -> Bool) rethrows -> FaultCode? {
        let words = words(of: String(text.precomposedStringWithCompatibilityMapping.prefix(longestQuestion)))
        let candidates = candidates(in: words)
        for candidate in candidates where candidate.isUnmistakable {
            if try isKnown(candidate.code) { return candidate.code }
        }
        return candidates.first { $0.isAnnounced || $0.isWholeText }?.code
    }

    private struct CandidateCode {
        let code: FaultCode
        let isAnnounced: Bool
        let isWholeText: Bool
        /// Has the form of a code, not only of a number or a word.
        let isUnmistakable: Bool
    }

    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var isCode = false
        for character in text {
            let belongs = CodeRecognizer.isCodeCharacter(character)
            if belongs, isCode {
                words[words.count - 1].append(character)
            } else if belongs || character.isCJK {
                let continuesChinese = !belongs && !isCode && (words.last?.last?.isCJK ?? false)
                if continuesChinese {
                    words[words.count - 1].append(character)
                } else {
                    words.append(String(character))
                }
            } else if !isCode, words.last?.isEmpty == false {
                words.append("")
            }
            isCode = belongs
        }
        return words.map(\.trimmingSeparators).filter { !$0.isEmpty }
    }

    /// Two words that make one code ("E 07") come before the single ones.
    private static func candidates(in words: [String]) -> [CandidateCode] {
        var found: [CandidateCode] = []
        for index in words.indices {
            let isAnnounced = index > 0 && announces(words[index - 1])
            let word = words[index]
            if index + 1 < words.count, word.count <= 4, word.allSatisfy({ $0.isASCII && $0.isLetter }),
                !announces(word), words[index + 1].first?.isNumber ?? false,
                let code = FaultCode(word + words[index + 1])
            {
                found.append(
                    CandidateCode(
                        code: code, isAnnounced: isAnnounced, isWholeText: words.count == 2,
                        isUnmistakable: CodeRecognizer.hasCodeShape(code.written)))
            }
            guard let code = FaultCode(word), !word.containsCJK else { continue }
            let isCapitals = word.count >= 2 && word.allSatisfy { $0.isUppercase }
            let hasDigit = word.contains(where: \.isNumber)
            found.append(
                CandidateCode(
                    code: code, isAnnounced: isAnnounced && hasDigit, isWholeText: words.count == 1 && hasDigit,
                    isUnmistakable: CodeRecognizer.hasCodeShape(word) || isCapitals
                        || ((isAnnounced || words.count == 1) && hasDigit)))
        }
        return found
    }

    private static func announces(_ word: String) -> Bool {
        let lowered = word.lowercased()
        return CodeRecognizer.announcingWords.contains(lowered)
            || (lowered.containsCJK
                && CodeRecognizer.announcingWords.contains { $0.containsCJK && lowered.hasSuffix($0) })
    }
}
