import Domain
import GRDB

/// Finds passages by words, best first, and abstains when none speaks of enough of the question.
struct TextIndex {
    /// A passage must speak of this share of the question. Calibrated on the sample manuals: questions about their
    /// faults cover 0.6 and more, questions about anything else at most 0.5.
    static let leastCoverage = 0.6
    /// Passages that speak of less than this are not even worth a suggestion.
    private static let leastSuggestedCoverage = 0.45
    private static let candidates = 40

    struct Hit {
        let passage: Passage
        /// 0…1: the covered share of the question.
        let coverage: Double
        /// bm25 as a positive number, higher is better.
        let relevance: Double
    }

    let database: Database
    let machineModel: MachineModel?

    /// Passages that speak of the question, those that speak of most of it first. Whether one answers it is for the
    /// caller to judge by ``leastCoverage``.
    func search(_ text: String, limit: Int) throws -> [Hit] {
        let query = try SearchQuery(text, isKnown: isKnown)
        guard let expression = query.matchExpression(modelTerm: machineModel.map(ModelKey.term)) else { return [] }
        let weights = LibrarySchema.searchColumns.map { "\($0.1)" }.joined(separator: ", ")
        let sql = """
            SELECT \(PassageStore.columns), found.relevance FROM (
                SELECT rowid, -bm25(passage_search, \(weights)) AS relevance FROM passage_search
                WHERE passage_search MATCH ? ORDER BY relevance DESC LIMIT \(TextIndex.candidates)) AS found
            JOIN passage ON passage.id = found.rowid JOIN manual ON manual.id = manual_id
            ORDER BY found.relevance DESC, passage.id
            """
        let rows = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [expression])
        let hits = try rows.map { row in
            let passage = try PassageStore.passage(from: row)
            let words = [passage.manual.title, passage.title ?? "", passage.text] + passage.heading
            return Hit(passage: passage, coverage: query.coverage(by: PassageTerms(words)), relevance: row["relevance"])
        }
        let enough = hits.filter { $0.coverage >= TextIndex.leastSuggestedCoverage }
        // Coverage first: a passage with all the words beats one that repeats a rare one.
        return Array(
            enough.sorted { left, right in
                left.coverage != right.coverage ? left.coverage > right.coverage : left.relevance > right.relevance
            }.prefix(limit))
    }

    /// True when any manual has the term, in any inflection the tokenizer folds.
    private func isKnown(_ term: String) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM passage_term WHERE term = ?")
        return try Int.fetchOne(statement, arguments: [term]) != nil
    }
}
