import Domain
import GRDB

/// Finds passages by words, best first, and abstains when none speaks of enough of the question.
struct TextIndex {
    /// A passage must speak of this share of the question to answer it; calibrated on the development questions.
    static let leastCoverage = 0.5
    /// Passages that speak of less than this are not even worth a suggestion.
    private static let leastSuggestedCoverage = 0.3

    struct Hit {
        let passage: Passage
        /// 0…1: the share of the question that the passage speaks of.
        let coverage: Double
        /// 0…1, what hits are ordered by.
        let relevance: Double
        /// UTF-8 ranges of the passage's text that the question asks about.
        let highlights: [Range<Int>]
    }

    let database: Database
    let machineModel: MachineModel?
    let glossary: Glossary

    /// Passages that speak of the question: those that answer it by ``leastCoverage``, the best first, then others, the
    /// best first. The limit cuts after that: a passage that speaks of little must not push out one that answers.
    func search(_ text: String, limit: Int) throws -> [Hit] {
        let vocabulary = try Vocabulary(database: database, machineModel: machineModel)
        let query = try SearchQuery(text, vocabulary: vocabulary, glossary: glossary)
        guard !query.lookups.isEmpty else { return [] }
        let candidates = try CandidateSearch(
            database: database, modelTerm: vocabulary.modelTerm, scope: vocabulary.scope()
        ).passages(for: query.lookups)
        var scorer = PassageScorer(query)
        let scored = try candidates.compactMap { try score($0, &scorer) }
            .filter { $0.score.coverage >= TextIndex.leastSuggestedCoverage }
            .sorted { left, right in
                if left.answers != right.answers { return left.answers }
                return left.rank != right.rank ? left.rank > right.rank : left.id < right.id
            }
        return try scored.prefix(limit).map { hit in
            let passage = try passage(hit.id)
            return Hit(
                passage: passage, coverage: hit.score.coverage, relevance: hit.rank,
                highlights: scorer.highlights(in: passage.text))
        }
    }

    private struct Scored {
        let id: Int64
        let score: PassageScorer.Score
        var answers: Bool { score.coverage >= TextIndex.leastCoverage }
        /// Coverage and prominence alike: a passage with all the words beats one that repeats a rare one.
        var rank: Double { (score.coverage + score.relevance) / 2 }
    }

    private func score(_ id: Int64, _ scorer: inout PassageScorer) throws -> Scored? {
        let statement = try database.cachedStatement(sql: "SELECT title, context, text FROM passage WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        return Scored(
            id: id, score: scorer.score(title: row["title"] ?? "", context: row["context"], text: row["text"]))
    }

    private func passage(_ id: Int64) throws -> Passage {
        let sql = """
            SELECT \(PassageStore.columns) FROM passage JOIN manual ON manual.id = manual_id WHERE passage.id = ?
            """
        guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id]) else {
            throw LibraryError.checkFailed("passage \(id) of the full-text index is missing")
        }
        return try PassageStore.passage(from: row)
    }
}
