import Domain
import GRDB

/// Answers a question from one snapshot: codes by their index, in tiers, and words by full text.
struct Retriever {
    static let mostPassages = 8
    static let mostSuggestions = 5
    private static let mostTextSuggestions = 3
    /// No manual has longer codes; what a machine sends can be of any length.
    private static let longestCode = 64
    private static let textScoreCeiling = 0.9

    let snapshot: LibrarySnapshot
    var limit = Retriever.mostPassages

    func retrieve(_ question: Question) throws -> Retrieval {
        try snapshot.read { database in
            if let code = question.code { return try retrieve(code, question, database) }
            return try retrieveText(question, database)
        }
    }

    /// Exact code, then leading zeros, then families. A code that is in none of them is not in the manuals, whatever
    /// the question's text would match.
    private func retrieve(_ code: FaultCode, _ question: Question, _ database: Database) throws -> Retrieval {
        guard code.normalized.count <= Retriever.longestCode else { return .nothing(suggestions: []) }
        let index = CodeIndex(database: database, machineModel: question.machineModel)
        let tiers: [(match: RetrievedPassage.Match, owners: (String) throws -> [CodeIndex.Owner])] = [
            (.code, index.owners(ofExact:)),
            (.codeVariant, index.owners(ofVariantOf:)),
            (.codeVariant, index.owners(ofFamilyOf:)),
        ]
        for tier in tiers {
            let owners = try tier.owners(code.normalized)
            guard let first = owners.first else { continue }
            guard owners.count == 1 else { return .ambiguous(try candidates(owners, index, question)) }
            return .found(try found(first, match: tier.match, index, question))
        }
        return .nothing(suggestions: try suggestions(for: code, index))
    }

    /// The passages that answer for the code, then the sections of the same model that name it.
    private func found(
        _ owner: CodeIndex.Owner, match: RetrievedPassage.Match, _ index: CodeIndex, _ question: Question
    ) throws -> [RetrievedPassage] {
        let answers = inLanguageOrder(try index.passages(of: owner, role: owner.role), question)
        let mentions = inLanguageOrder(try index.passages(of: owner, role: .mention), question)
            .filter { mention in !answers.contains { $0.id == mention.id } }
        let best = match == .code ? 1.0 : 0.8
        return (answers.map { ($0, best) } + mentions.map { ($0, best / 2) }).prefix(limit).map { passage, score in
            RetrievedPassage(passage: passage, match: match, score: score)
        }
    }

    private func candidates(
        _ owners: [CodeIndex.Owner], _ index: CodeIndex, _ question: Question
    ) throws -> [Candidate] {
        try owners.compactMap { owner in
            guard let passage = inLanguageOrder(try index.passages(of: owner, role: owner.role), question).first,
                let code = passage.codes.first(where: { $0.normalized == owner.normalized }) ?? passage.codes.first
            else { return nil }
            return Candidate(
                machineModel: passage.manual.machineModel, code: code, title: passage.title,
                manual: passage.manual.file, page: passage.page)
        }
    }

    /// Near codes within the same machine model, likeliest first.
    private func suggestions(for code: FaultCode, _ index: CodeIndex) throws -> [RetrievedPassage] {
        let near = NearCodes.candidates(for: code.normalized)
        let ranks = Dictionary(uniqueKeysWithValues: near.enumerated().map { ($1, $0) })
        let owners = try index.owners(ofAny: near)
            .sorted { (ranks[$0.normalized] ?? 0, $0.modelKey) < (ranks[$1.normalized] ?? 0, $1.modelKey) }
        var passages: [Passage] = []
        for owner in owners.prefix(Retriever.mostSuggestions) {
            passages += try index.passages(of: owner, role: .answers).prefix(1)
        }
        return Retriever.suggested(passages)
    }

    private func retrieveText(_ question: Question, _ database: Database) throws -> Retrieval {
        guard let text = question.text else { return .nothing(suggestions: []) }
        let hits = try TextIndex(database: database, machineModel: question.machineModel).search(text, limit: limit)
        let answers = hits.filter { $0.coverage >= TextIndex.leastCoverage }
        guard let best = answers.map(\.relevance).max(), best > 0 else {
            return .nothing(suggestions: Retriever.suggested(hits.prefix(Retriever.mostTextSuggestions).map(\.passage)))
        }
        return .found(
            answers.map { hit in
                // Ordered by coverage, told apart by relevance; never as sure as a code.
                let score = Retriever.textScoreCeiling * hit.coverage * (0.8 + 0.2 * hit.relevance / best)
                return RetrievedPassage(passage: hit.passage, match: .text, score: score)
            })
    }

    private static func suggested(_ passages: [Passage]) -> [RetrievedPassage] {
        passages.enumerated().map { rank, passage in
            RetrievedPassage(passage: passage, match: .suggestion, score: 0.5 / Double(rank + 1))
        }
    }

    /// Manuals in the asker's language first, otherwise in the order found.
    private func inLanguageOrder(_ passages: [Passage], _ question: Question) -> [Passage] {
        passages.filter { $0.manual.language == question.language }
            + passages.filter { $0.manual.language != question.language }
    }
}
