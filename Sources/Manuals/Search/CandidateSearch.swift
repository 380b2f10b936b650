import GRDB

/// Finds the passages worth scoring: all things asked about first, then most of them, in bounded time however large
/// the library is.
///
/// FTS5's own bm25 walks every posting of every term before it gives the first row. Here a row is scored only once it
/// is a candidate, and postings are counted before they are walked.
struct CandidateSearch {
    /// Scored at most: more would answer no better and cost a passage read each.
    static let mostCandidates = 64
    /// Postings walked to gather passages that have some of the things; a posting costs about half a microsecond.
    private static let mostPostings = 60_000
    /// Conjunctions tried with one thing left out.
    private static let mostRelaxations = 4
    /// Conjunctions are of the rarest things only.
    private static let mostConjuncts = 8

    let database: Database
    let modelTerm: String?
    /// Passages that can be found at all, of the machine model or of the library.
    let scope: Int

    /// - Parameter lookups: each with a passage in the library.
    func passages(for lookups: [SearchQuery.Lookup]) throws -> [Int64] {
        let rarest = lookups.sorted { ($0.passages, $1.weight) < ($1.passages, $0.weight) }
        var found: [Int64] = []
        var seen: Set<Int64> = []
        func add(_ rows: [Int64]) {
            for row in rows where found.count < CandidateSearch.mostCandidates && seen.insert(row).inserted {
                found.append(row)
            }
        }
        let strict = Array(rarest.prefix(CandidateSearch.mostConjuncts))
        add(try rows(strict, column: "title", limit: CandidateSearch.mostCandidates))
        add(try rows(strict, column: nil, limit: CandidateSearch.mostCandidates))
        guard found.count < CandidateSearch.mostCandidates, rarest.count > 1 else { return found }
        let (ranked, leftOut) = try gathered(rarest)
        // Where common things were not walked, passages with nearly all of them come from conjunctions instead.
        if leftOut {
            for dropped in strict.indices.reversed().prefix(CandidateSearch.mostRelaxations) where strict.count > 2 {
                var part = strict
                part.remove(at: dropped)
                add(try rows(part, column: nil, limit: CandidateSearch.mostCandidates / 2))
            }
        }
        add(ranked)
        return found
    }

    /// Passages that have any of the rarer things, those with the most weight first.
    private func gathered(_ rarest: [SearchQuery.Lookup]) throws -> (ranked: [Int64], leftOut: Bool) {
        var weights: [Int64: Double] = [:]
        var budget = CandidateSearch.mostPostings
        var leftOut = false
        for lookup in rarest {
            guard min(lookup.passages, scope) <= budget else {
                leftOut = true
                continue
            }
            let rows = try rows([lookup], column: nil, limit: budget)
            budget -= rows.count
            for row in rows { weights[row, default: 0] += lookup.weight }
        }
        let ranked = weights.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return (ranked.prefix(CandidateSearch.mostCandidates).map(\.key), leftOut)
    }

    /// The first passages, in the order of the library, that have all of the things.
    private func rows(_ lookups: [SearchQuery.Lookup], column: String?, limit: Int) throws -> [Int64] {
        let sql = "SELECT rowid FROM passage_search WHERE passage_search MATCH ? LIMIT \(limit)"
        var expression = "(" + lookups.map(\.expression).joined(separator: " AND ") + ")"
        // A column costs the places of every posting; without one only rows are compared.
        if let column { expression = "\(column) : \(expression)" }
        if let modelTerm { expression = "model_term : \"\(modelTerm)\" AND " + expression }
        return try Int64.fetchAll(database.cachedStatement(sql: sql), arguments: [expression])
    }
}
