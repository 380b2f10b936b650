/// Judges how much of a question a passage speaks of, and how prominently.
struct PassageScorer {
    /// Of one passage.
    struct Score: Hashable {
        /// 0…1: the share of the question's weight that the passage speaks of.
        let coverage: Double
        /// 0…1: the same, less where only the text or a synonym has it.
        let relevance: Double
    }

    /// Weights of the indexed columns, as bm25 takes them: how much an occurrence there counts.
    private static let fieldWeights = (title: 4.0, context: 2.0, text: 1.0)
    /// bm25's k1: what further occurrences add.
    private static let saturation = 1.2
    /// An occurrence of a synonym, over one of the word itself.
    private static let synonymShare = 0.9
    /// A question that weighs less, such as a single Chinese character, is too little to be answered in full.
    private static let leastWeight = 0.6
    /// A thing said in its parts, over the same said in one phrase.
    private static let partsShare = 0.8

    private let concepts: [SearchQuery.Concept]
    private var numbers: TermNumbers

    init(_ query: SearchQuery) {
        concepts = query.concepts
        numbers = TermNumbers(query.concepts.flatMap(PassageScorer.phrases))
    }

    private static func phrases(_ concept: SearchQuery.Concept) -> [SearchPhrase] {
        switch concept {
        case .phrases(let phrases, let parts, _): phrases + parts.flatMap(PassageScorer.phrases)
        case .run(let pairs, _): pairs
        }
    }

    mutating func score(title: String, context: String, text: String) -> Score {
        let fields = Fields(
            title: numbers.sequence(of: title), context: numbers.sequence(of: context),
            text: numbers.sequence(of: text))
        var total = 0.0
        var covered = 0.0
        var relevance = 0.0
        for concept in concepts {
            let (weight, share) = judge(concept, fields)
            total += weight
            covered += weight * share.covered
            relevance += weight * share.strength
        }
        let asked = max(total, Self.leastWeight)
        return Score(coverage: covered / asked, relevance: relevance / asked)
    }

    private struct Fields {
        let title: [Int32]
        let context: [Int32]
        let text: [Int32]
    }

    /// How much of a thing a passage has, and how prominently; 0…1.
    private typealias Share = (covered: Double, strength: Double)

    private func judge(_ concept: SearchQuery.Concept, _ fields: Fields) -> (weight: Double, share: Share) {
        switch concept {
        case .phrases(let phrases, let parts, let weight):
            let best =
                phrases.enumerated().map { index, phrase in
                    strength(phrase, fields) * (index == 0 ? 1 : Self.synonymShare)
                }.max() ?? 0
            var share: Share = (best > 0 ? 1 : 0, best)
            if !parts.isEmpty {
                let judged = parts.map { judge($0, fields) }
                let total = judged.reduce(0) { $0 + $1.weight }
                let covered = judged.reduce(0) { $0 + $1.weight * $1.share.covered } / total
                let inParts = judged.reduce(0) { $0 + $1.weight * $1.share.strength } / total
                share = (max(share.covered, Self.partsShare * covered), max(share.strength, Self.partsShare * inParts))
            }
            return (weight, share)
        case .run(let pairs, let weights):
            let strengths = pairs.map { strength($0, fields) }
            var share: Share = (0, 0)
            for (index, weight) in weights.enumerated() {
                // A character stands in the pair that it begins and in the one that it ends.
                let best = [index - 1, index].filter(strengths.indices.contains).map { strengths[$0] }.max() ?? 0
                share.covered += best > 0 ? weight : 0
                share.strength += best * weight
            }
            let total = weights.reduce(0, +)
            return (total, (share.covered / total, share.strength / total))
        }
    }

    /// bm25's term part, 1 for an occurrence in the title.
    private func strength(_ phrase: SearchPhrase, _ fields: Fields) -> Double {
        func count(_ sequence: [Int32]) -> Double { Double(places(of: phrase, in: sequence).count) }
        let weights = Self.fieldWeights
        let occurrences =
            weights.title * count(fields.title) + weights.context * count(fields.context)
            + weights.text * count(fields.text)
        return min(1, occurrences / (occurrences + Self.saturation) * (weights.title + Self.saturation) / weights.title)
    }

    private func places(of phrase: SearchPhrase, in sequence: [Int32]) -> [ClosedRange<Int>] {
        phrase.places(of: numbers.numbers(of: phrase), in: sequence)
    }

    /// Where a text has what the question asks about, as UTF-8 ranges, joined where they touch.
    mutating func highlights(in text: String) -> [Range<Int>] {
        let tokens = SearchTokens.tokens(in: text, for: .document)
        let sequence = numbers.sequence(of: text)
        var ranges: [Range<Int>] = []
        for phrase in concepts.flatMap(PassageScorer.phrases) {
            for place in places(of: phrase, in: sequence) {
                ranges += place.filter { sequence[$0] != 0 }.map { tokens[$0].range }
            }
        }
        return ranges.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }.reduce(into: []) {
            joined, range in
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
    }
}
