import Foundation
import GRDB

/// What a full-text tokenizer costs and finds, over the same passages and queries as the others.
public struct TokenizerFigures: Codable, Sendable, Hashable {
    public let tokenizer: String
    public let passages: Int
    public let passagesPerSecond: Double
    public let indexBytes: Int
    public let queries: Int
    /// Queries that found anything when any of their words was enough.
    public let withHit: Int
    /// … when all of their words were wanted.
    public let withHitOfAll: Int
    public let anyMedianMs: Double
    public let anyP95Ms: Double
    public let allMedianMs: Double
    public let allP95Ms: Double

    enum CodingKeys: String, CodingKey {
        case tokenizer, passages
        case passagesPerSecond = "passages_per_second"
        case indexBytes = "index_bytes"
        case queries
        case withHit = "with_hit"
        case withHitOfAll = "with_hit_of_all"
        case anyMedianMs = "any_median_ms"
        case anyP95Ms = "any_p95_ms"
        case allMedianMs = "all_median_ms"
        case allP95Ms = "all_p95_ms"
    }
}

extension Library {
    /// Indexes passages of the library with SQLite's own tokenizers and with the library's, and asks each for words that
    /// stand in them, ranked by bm25.
    ///
    /// - Parameter passages: at most this many are taken.
    public func compareTokenizers(queries: Int = 200, passages: Int = 100_000) throws -> [TokenizerFigures] {
        guard let snapshot = try snapshot else { return [] }
        let texts = try snapshot.read { database in
            try Row.fetchAll(
                database, sql: "SELECT coalesce(title, ''), text FROM passage ORDER BY id LIMIT \(max(1, passages))"
            ).map { ($0[0] as String, $0[1] as String) }
        }
        let step = max(1, texts.count / max(1, queries))
        let asked = stride(from: 0, to: texts.count, by: step).prefix(queries).map {
            TokenizerQuery(title: texts[$0].0)
        }
        return try ["unicode61", "trigram", BigramTokenizer.name].map { tokenizer in
            try TokenizerTrial(tokenizer: tokenizer, texts: texts).figures(of: asked)
        }
    }
}

/// Words of a fault's name as a person asks for it: whole Latin words, and Chinese words of two characters.
private struct TokenizerQuery {
    private let words: [String]

    init(title: String) {
        words = title.split { !$0.isLetter && !$0.isNumber }.flatMap { word -> [String] in
            let run = String(word)
            guard run.containsCJK else { return [run] }
            let characters = Array(run.filter(\.isCJK))
            return characters.count < 3
                ? [String(characters)] : [String(characters.prefix(2)), String(characters.suffix(2))]
        }
    }

    /// - Parameter ownTerms: the words as the library's tokenizer makes them, which takes them as they are.
    func expression(joinedBy operation: String, ownTerms: Bool) -> String {
        words.map { word in
            let terms = ownTerms ? SearchTokens.tokens(in: word, for: .query).map(\.term) : [word]
            return "\"" + terms.joined(separator: " ").replacing("\"", with: "\"\"") + "\""
        }.joined(separator: " \(operation) ")
    }
}

/// One tokenizer's index in a file of its own, gone with it.
private final class TokenizerTrial {
    private let tokenizer: String
    private let file: URL
    private let queue: DatabaseQueue
    private let texts: Int
    private let seconds: Double

    init(tokenizer: String, texts: [(title: String, text: String)]) throws {
        self.tokenizer = tokenizer
        self.texts = texts.count
        file = FileManager.default.temporaryDirectory.appending(path: "andon-tokenizer-\(UUID().uuidString).sqlite")
        queue = try DatabaseQueue(path: file.path, configuration: LibrarySnapshot.configuration)
        let clock = ContinuousClock()
        let start = clock.now
        try queue.write { database in
            try database.execute(
                sql: "CREATE VIRTUAL TABLE trial USING fts5 (title, text, content = '', tokenize = '\(tokenizer)')")
            let insert = try database.makeStatement(sql: "INSERT INTO trial (rowid, title, text) VALUES (?, ?, ?)")
            for (index, text) in texts.enumerated() {
                try insert.execute(arguments: [index + 1, text.title, text.text])
            }
        }
        seconds = (clock.now - start) / .seconds(1)
        try queue.write { try $0.execute(sql: "INSERT INTO trial (trial) VALUES ('optimize')") }
        try queue.vacuum()
    }

    deinit {
        try? queue.close()
        try? FileManager.default.removeItem(at: file)
    }

    func figures(of queries: [TokenizerQuery]) throws -> TokenizerFigures {
        let any = try ask(queries, joinedBy: "OR")
        let all = try ask(queries, joinedBy: "AND")
        let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size]
        return TokenizerFigures(
            tokenizer: tokenizer, passages: texts, passagesPerSecond: Double(texts) / seconds,
            indexBytes: size as? Int ?? 0, queries: queries.count, withHit: any.hits, withHitOfAll: all.hits,
            anyMedianMs: any.times.quantile(0.5), anyP95Ms: any.times.quantile(0.95),
            allMedianMs: all.times.quantile(0.5), allP95Ms: all.times.quantile(0.95))
    }

    private func ask(
        _ queries: [TokenizerQuery], joinedBy operation: String
    ) throws -> (hits: Int, times: TimeSpread) {
        let clock = ContinuousClock()
        var hits = 0
        let times = try queue.read { database in
            let statement = try database.makeStatement(
                sql: "SELECT rowid FROM trial WHERE trial MATCH ? ORDER BY bm25(trial, 4.0, 1.0) LIMIT 10")
            return try queries.map { query in
                let expression = query.expression(
                    joinedBy: operation, ownTerms: tokenizer == BigramTokenizer.name)
                return try clock.measure {
                    if try Int.fetchOne(statement, arguments: [expression]) != nil { hits += 1 }
                } / .milliseconds(1)
            }
        }
        return (hits, TimeSpread(times))
    }
}
