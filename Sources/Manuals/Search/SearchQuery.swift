import Foundation

/// A question in words, taken apart: what it asks about, and how a passage may say so.
struct SearchQuery {
    /// One thing the question names.
    private enum Concept {
        /// A passage that has any of the phrases (sequences of index terms) speaks of it.
        case phrases([[String]], weight: Double)
        /// Chinese without known word borders: a passage speaks of as much of it as its pairs cover characters.
        /// A character's weight counts half a word.
        case run(pairs: [String], weights: [Double])
    }

    /// A word that is in no manual at all is likely what the question is about, so missing it weighs more.
    private static let unknownWeight = 2.0

    private var concepts: [Concept] = []

    /// Words that say nothing about a fault.
    private static let stopWords: Set<String> = [
        "a", "an", "the", "is", "are", "was", "be", "been", "it", "its", "of", "on", "in", "at", "to", "for", "and",
        "or", "with", "by", "from", "as", "that", "this", "my", "our", "we", "i", "you", "do", "doe", "does", "did",
        "how", "what", "why", "when", "which", "who", "where", "can", "could", "should", "would", "will", "shall",
        "has", "have", "had", "there", "here", "please", "help", "me", "after", "before", "while", "very", "get", "got",
        "machine", "make", "makes", "problem", "issue", "fault", "error", "alarm", "code", "show", "shows", "fix",
        "repair", "keep", "about", "up", "down", "out", "so", "but", "if", "then", "than", "too", "not", "no",
    ]
    private static let stopPhrases = [
        "怎麼辦", "怎麼處理", "如何處理", "怎麼", "如何", "為什麼", "什麼", "請問", "是否", "可以", "應該", "發生", "出現", "顯示", "處理", "排除",
        "故障", "異常", "警報", "問題", "機台", "機器", "設備", "一直", "有時", "沒有", "無法", "的", "了", "嗎", "呢", "是", "在", "有", "會", "請",
        "我", "們", "該", "和", "與", "或", "很", "都", "也", "後", "時", "不",
    ]
    /// A question longer than this is cut: machines send messages, not essays.
    private static let longestQuestion = 400
    private static let mostConcepts = 24

    /// - Parameter isKnown: whether any manual has an index term.
    init(_ text: String, isKnown: (String) throws -> Bool) rethrows {
        var rest = String(text.prefix(SearchQuery.longestQuestion)).precomposedStringWithCompatibilityMapping
            .lowercased()
        takeGlossary(from: &rest)
        for phrase in SearchQuery.stopPhrases where rest.contains(phrase) { rest = rest.replacing(phrase, with: " ") }
        try takeWords(of: rest, isKnown: isKnown)
        concepts = Array(concepts.prefix(SearchQuery.mostConcepts))
    }

    /// The FTS5 expression: any phrase of any concept, within the machine model. Built from terms the tokenizer made,
    /// quoted, so that nothing typed can act as query syntax.
    func matchExpression(modelTerm: String?) -> String? {
        let phrases = concepts.flatMap { concept in
            switch concept {
            case .phrases(let phrases, _): phrases
            case .run(let pairs, _): pairs.map { [$0] }
            }
        }
        guard !phrases.isEmpty else { return nil }
        let words = "{context title text} : (" + phrases.map(SearchQuery.quoted).joined(separator: " OR ") + ")"
        guard let modelTerm else { return words }
        return "model_term : \"\(modelTerm)\" AND \(words)"
    }

    /// The share of the question that a passage's terms speak of, 0…1.
    func coverage(by terms: PassageTerms) -> Double {
        var total = 0.0
        var covered = 0.0
        for concept in concepts {
            switch concept {
            case .phrases(let phrases, let weight):
                total += weight
                if phrases.contains(where: terms.contains) { covered += weight }
            case .run(let pairs, let weights):
                let isPresent = pairs.map { terms.contains([$0]) }
                for (index, weight) in weights.enumerated() {
                    total += weight
                    if SearchQuery.isCovered(character: index, byPairs: isPresent) { covered += weight }
                }
            }
        }
        return total > 0 ? covered / total : 0
    }

    /// A character stands in the pair that it begins and in the one that it ends.
    private static func isCovered(character index: Int, byPairs isPresent: [Bool]) -> Bool {
        (index < isPresent.count && isPresent[index]) || (index > 0 && isPresent[index - 1])
    }

    private static func quoted(_ phrase: [String]) -> String {
        let text = "\"" + phrase.joined(separator: " ").replacing("\"", with: "\"\"") + "\""
        // A single Chinese character is found as the beginning of a pair.
        return phrase.count == 1 && phrase[0].count == 1 && phrase[0].containsCJK ? text + "*" : text
    }

    /// Takes glossary words out of the question, the longest first.
    private mutating func takeGlossary(from text: inout String) {
        let words = SearchTokens.tokens(in: text, for: .query).filter { $0.kind == .word }.map(\.term)
        for entry in SearchQuery.glossary {
            if entry.phrase.containsCJK {
                guard text.contains(entry.phrase) else { continue }
                text = text.replacing(entry.phrase, with: " ")
            } else {
                guard PassageTerms.contains(entry.terms, in: words), let range = text.range(of: entry.phrase) else {
                    continue
                }
                // A plural's ending goes with its word.
                let end = text[range.upperBound...].firstIndex { !$0.isLetter } ?? text.endIndex
                text.replaceSubrange(range.lowerBound..<end, with: " ")
            }
            concepts.append(.phrases(SearchQuery.conceptPhrases[entry.concept], weight: 1))
        }
    }

    private mutating func takeWords(of text: String, isKnown: (String) throws -> Bool) rethrows {
        var run: [SearchToken] = []
        for token in SearchTokens.tokens(in: text, for: .query) {
            if let last = run.last, token.kind != .characters || token.range.lowerBound >= last.range.upperBound {
                try take(run: run, isKnown: isKnown)
                run = []
            }
            switch token.kind {
            case .characters:
                run.append(token)
            case .word where !SearchQuery.stopWords.contains(token.term):
                let weight = try isKnown(token.term) ? 1 : SearchQuery.unknownWeight
                concepts.append(.phrases([[token.term]], weight: weight))
            case .word: break
            }
        }
        try take(run: run, isKnown: isKnown)
    }

    /// Takes the pairs of one run of Chinese, which overlap.
    private mutating func take(run: [SearchToken], isKnown: (String) throws -> Bool) rethrows {
        guard let first = run.first else { return }
        let pairs = run.map(\.term)
        // One character alone is found as the beginning of any pair, so it counts as known.
        guard first.term.count > 1 else {
            concepts.append(.run(pairs: pairs, weights: [0.5]))
            return
        }
        let known = try pairs.map(isKnown)
        let weights = (0...pairs.count).map { index in
            SearchQuery.isCovered(character: index, byPairs: known) ? 0.5 : 0.5 * SearchQuery.unknownWeight
        }
        concepts.append(.run(pairs: pairs, weights: weights))
    }

    /// Every phrase of the glossary, the longest first.
    private static let glossary: [(concept: Int, phrase: String, terms: [String])] =
        Glossary.concepts.indices.flatMap { concept in
            zip(Glossary.concepts[concept], conceptPhrases[concept]).map { (concept, $0, $1) }
        }.sorted { ($0.phrase.count, $1.phrase) > ($1.phrase.count, $0.phrase) }

    /// The index terms of each phrase of each concept.
    private static let conceptPhrases: [[[String]]] = Glossary.concepts.map { phrases in
        phrases.map { SearchTokens.tokens(in: $0, for: .query).map(\.term) }
    }
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
