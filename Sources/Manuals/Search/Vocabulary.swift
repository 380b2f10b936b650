import Domain
import Foundation
import GRDB

/// The terms of a snapshot with the number of passages that have each.
struct Vocabulary {
    let database: Database
    /// The machine model that is asked about, as the index has it.
    let modelTerm: String?
    /// Passages in the whole snapshot.
    let total: Int

    init(database: Database, machineModel: MachineModel?) throws {
        self.database = database
        modelTerm = machineModel.map(ModelKey.term)
        total = try Int.fetchOne(database.cachedStatement(sql: "SELECT passages FROM statistics")) ?? 0
    }

    func passages(having term: String) throws -> Int {
        let statement = try database.cachedStatement(sql: "SELECT passages FROM term WHERE term = ?")
        return try Int.fetchOne(statement, arguments: [term]) ?? 0
    }

    /// At most this many passages have the phrase.
    func passages(having phrase: SearchPhrase) throws -> Int {
        if phrase.isPrefix { return try passages(beginning: phrase.terms[0]) }
        var least = Int.max
        for term in phrase.terms {
            least = min(least, try passages(having: term))
            if least == 0 { return 0 }
        }
        return phrase.terms.isEmpty ? 0 : least
    }

    private func passages(beginning prefix: String) throws -> Int {
        let statement = try database.cachedStatement(
            sql: "SELECT sum(passages) FROM term WHERE term >= ? AND term < ? || char(0x10FFFF)")
        return min(total, try Int.fetchOne(statement, arguments: [prefix, prefix]) ?? 0)
    }

    /// Passages that can be found at all: the machine model's, or all.
    func scope() throws -> Int { try modelTerm.map { try passages(having: $0) } ?? total }

    /// Whether a passage of the machine model has what the expression says; without a model, any has it.
    func hasInScope(_ expression: String) throws -> Bool {
        guard let modelTerm else { return true }
        let statement = try database.cachedStatement(
            sql: "SELECT 1 FROM passage_search WHERE passage_search MATCH ? LIMIT 1")
        let scoped = "model_term : \"\(modelTerm)\" AND \(expression)"
        return try Int.fetchOne(statement, arguments: [scoped]) != nil
    }

    /// How much a term tells, 0.4…1: its inverse passage frequency as in bm25, over that of a term of one passage.
    func weight(passages: Int) -> Double {
        let size = Double(max(total, 1))
        let count = min(Double(passages), size)
        let rarity = log(1 + (size - count + 0.5) / (count + 0.5)) / log(1 + (size - 0.5) / 1.5)
        return 0.4 + 0.6 * max(0, min(1, rarity))
    }

    /// Words with these first letters and of these lengths, in order.
    func words(beginning first: String, lengths: ClosedRange<Int>) throws -> [(word: String, passages: Int)] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT term, passages FROM term
                WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? AND term NOT GLOB '*[^a-z]*'
                """)
        return try Row.fetchAll(
            statement, arguments: [first, first + "{", lengths.lowerBound, lengths.upperBound]
        ).map { ($0["term"], $0["passages"]) }
    }
}
