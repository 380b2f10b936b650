import Domain
import GRDB

/// Finds passages by words, best first, and abstains when none speaks of enough of the question.
struct TextIndex {
    /// A passage must speak of this share of the question. Calibrated on the sample manuals: questions about their
    /// faults cover 0.6 and more, questions about anything else at most 0.5.
    static let leastCoverage = 0.58
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

    func search(_ text: String, limit: Int) throws -> [Hit] {
        let query = SearchQuery(text)
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
        let enough = hits.filter { $0.coverage >= TextIndex.leastCoverage }
        // Coverage first: a passage with all the words beats one that repeats a rare one.
        return Array(
            enough.sorted { left, right in
                left.coverage != right.coverage ? left.coverage > right.coverage : left.relevance > right.relevance
            }.prefix(limit))
    }
}
