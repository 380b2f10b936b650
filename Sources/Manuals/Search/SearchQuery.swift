import Foundation

/// A question in words, taken apart: what it asks about, and how a passage may say so.
struct SearchQuery {
    /// One thing the question names. A passage that has any of the phrases speaks of it.
    struct Concept {
        /// Each phrase as a sequence of index terms.
        var phrases: [[String]]
        /// How much of the question it makes up; Chinese counts by characters, two to a word.
        var weight: Double
    }

    private(set) var concepts: [Concept] = []

    /// Words that say nothing about a fault.
    private static let stopWords: Set<String> = [
        "a", "an", "the", "is", "are", "was", "be", "been", "it", "its", "of", "on", "in", "at", "to", "for", "and",
        "or", "with", "by", "from", "as", "that", "this", "my", "our", "we", "i", "you", "do", "doe", "does", "did",
        "how", "what", "why", "when", "which", "who", "where", "can", "could", "should", "would", "will", "shall",
        "has", "have", "had", "there", "here", "please", "help", "me", "after", "before", "while", "very", "get", "got",
        "machine", "problem", "issue", "fault", "error", "alarm", "code", "show", "shows", "fix", "repair", "keep",
        "about", "up", "down", "out", "so", "but", "if", "then", "than", "too", "not", "no",
    ]
    private static let stopPhrases = [
        "怎麼辦", "怎麼處理", "如何處理", "怎麼", "如何", "為什麼", "什麼", "請問", "是否", "可以", "應該", "發生", "出現", "顯示", "處理", "排除",
        "故障", "異常", "警報", "問題", "機台", "機器", "設備", "一直", "有時", "沒有", "無法", "的", "了", "嗎", "呢", "是", "在", "有", "會", "請",
        "我", "們", "該", "和", "與", "或", "很", "都", "也", "後", "時", "不",
    ]
    /// A question longer than this is cut: machines send messages, not essays.
    private static let longestQuestion = 400
    private static let mostConcepts = 24

    init(_ text: String) {
        var rest = String(text.prefix(SearchQuery.longestQuestion)).lowercased()
        takeGlossary(from: &rest)
        for phrase in SearchQuery.stopPhrases where rest.contains(phrase) { rest = rest.replacing(phrase, with: " ") }
        takeWords(of: rest)
        concepts = Array(concepts.prefix(SearchQuery.mostConcepts))
    }

    /// The FTS5 expression: any phrase of any concept, within the machine model. Built from terms the tokenizer made,
    /// quoted, so that nothing typed can act as query syntax.
    func matchExpression(modelTerm: String?) -> String? {
        let phrases = concepts.flatMap(\.phrases).map(SearchQuery.quoted)
        guard !phrases.isEmpty else { return nil }
        let words = "{context title text} : (" + phrases.joined(separator: " OR ") + ")"
        guard let modelTerm else { return words }
        return "model_term : \"\(modelTerm)\" AND \(words)"
    }

    /// The share of the question that a passage's terms speak of, 0…1.
    func coverage(by terms: PassageTerms) -> Double {
        let total = concepts.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return 0 }
        let covered = concepts.reduce(0) { sum, concept in
            concept.phrases.contains(where: terms.contains) ? sum + concept.weight : sum
        }
        return covered / total
    }

    private static func quoted(_ phrase: [String]) -> String {
        let text = "\"" + phrase.joined(separator: " ").replacing("\"", with: "\"\"") + "\""
        // A single Chinese character is found as the beginning of a pair.
        return phrase.count == 1 && phrase[0].count == 1 && phrase[0].containsCJK ? text + "*" : text
    }

    /// Takes glossary words out of the question, the longest first.
    private mutating func takeGlossary(from text: inout String) {
        let words = SearchTokens.tokens(in: text, for: .query).filter { $0.kind == .word }.map(\.term)
        for (concept, phrase) in SearchQuery.glossaryPhrases {
            if phrase.containsCJK {
                guard text.contains(phrase) else { continue }
                text = text.replacing(phrase, with: " ")
                add(concept, weight: Double(phrase.count) / 2)
            } else {
                let terms = SearchQuery.terms(of: phrase)
                guard PassageTerms.contains(terms, in: words), let range = text.range(of: phrase) else { continue }
                // A plural's ending goes with its word.
                let end = text[range.upperBound...].firstIndex { !$0.isLetter } ?? text.endIndex
                text.replaceSubrange(range.lowerBound..<end, with: " ")
                add(concept, weight: Double(terms.count))
            }
        }
    }

    private mutating func add(_ concept: Int, weight: Double) {
        concepts.append(Concept(phrases: Glossary.concepts[concept].map(SearchQuery.terms(of:)), weight: weight))
    }

    private mutating func takeWords(of text: String) {
        for token in SearchTokens.tokens(in: text, for: .query) {
            switch token.kind {
            case .word where !SearchQuery.stopWords.contains(token.term):
                concepts.append(Concept(phrases: [[token.term]], weight: 1))
            case .word: break
            case .characters: concepts.append(Concept(phrases: [[token.term]], weight: 0.5))
            }
        }
    }

    private static func terms(of phrase: String) -> [String] {
        SearchTokens.tokens(in: phrase, for: .query).map(\.term)
    }

    private static let glossaryPhrases: [(concept: Int, phrase: String)] = Glossary.concepts.enumerated()
        .flatMap { index, phrases in phrases.map { (index, $0) } }
        .sorted { ($0.phrase.count, $1.phrase) > ($1.phrase.count, $0.phrase) }
}

/// The index terms of a passage, for judging how much of a question it speaks of.
struct PassageTerms {
    private let sequences: [[String]]

    init(_ passages: [String]) {
        sequences = passages.map { SearchTokens.tokens(in: $0, for: .document).map(\.term) }
    }

    /// True when the terms stand next to each other; Chinese pairs overlap and need only be there.
    func contains(_ phrase: [String]) -> Bool {
        sequences.contains { PassageTerms.contains(phrase, in: $0) }
    }

    static func contains(_ phrase: [String], in terms: [String]) -> Bool {
        guard let first = phrase.first else { return false }
        if phrase.count == 1, first.count == 1, first.containsCJK { return terms.contains { $0.hasPrefix(first) } }
        guard terms.count >= phrase.count else { return false }
        return (0...(terms.count - phrase.count)).contains { start in
            terms[start] == first && Array(terms[start..<(start + phrase.count)]) == phrase
        }
    }
}
