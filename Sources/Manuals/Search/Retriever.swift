import Domain
import GRDB

/// Answers a question from one snapshot: codes by their index, in tiers, and words by full text.
struct Retriever {
    static let mostPassages = 8
    static let mostSuggestions = 5
    private static let mostTextSuggestions = 3
    /// No manual has longer codes; what a machine sends can be of any length.
    static let longestCode = 64
    private static let textScoreCeiling = 0.9

    let snapshot: LibrarySnapshot
    let settings: RetrievalSettings
    var limit = Retriever.mostPassages
    /// Whether passages that speak of a part of the question only follow those that answer it, as suggestions: for a
    /// person who looks through a list, never for what an answer is made of.
    var listsNeighbours = false

    func retrieve(_ question: Question) throws -> Retrieval {
        try snapshot.read { database in
            if let code = question.code { return try retrieve(code, question, database) }
            return try retrieveText(question, database)
        }
    }

    /// Exact code, then without announcing words, then other ways to write it, then families. A code that is in none of
    /// them is not in the manuals, whatever the question's text would match.
    private func retrieve(_ code: FaultCode, _ question: Question, _ database: Database) throws -> Retrieval {
        guard code.normalized.count <= Retriever.longestCode else { return .nothing(suggestions: []) }
        let index = codeIndex(database, question.machineModel)
        guard let (match, owners) = try owners(of: code, index), let first = owners.first else {
            return .nothing(suggestions: try suggestions(for: code, index))
        }
        guard owners.count == 1 else { return .ambiguous(try candidates(owners, index, question)) }
        let passages = try found(first, match: match, index, question)
        // All that the manuals say about it may be withheld.
        return passages.isEmpty ? .nothing(suggestions: []) : .found(passages)
    }

    /// The owners of a code in the first tier that has any.
    private func owners(
        of code: FaultCode, _ index: CodeIndex
    ) throws -> (match: RetrievedPassage.Match, owners: [CodeIndex.Owner])? {
        let tiers: [(match: RetrievedPassage.Match, owners: () throws -> [CodeIndex.Owner])] = [
            (.code, { try index.owners(ofExact: code.normalized) }),
            (.codeVariant, { try index.owners(ofAnnounced: code) }),
            (.codeVariant, { try index.owners(ofVariantOf: code) }),
            (.codeVariant, { try index.owners(ofFamilyOf: code) }),
        ]
        for tier in tiers {
            let owners = try tier.owners()
            if !owners.isEmpty { return (tier.match, owners) }
        }
        return nil
    }

    /// The withheld rows that a question's code stands in, or that speak of most of its words.
    func withheld(_ question: Question) throws -> [WithheldRow] {
        try snapshot.read { database in
            let index = codeIndex(database, question.machineModel)
            guard let code = question.code else {
                return try withheldRows(tellingOf: question.text ?? "", question.machineModel, database)
            }
            guard code.normalized.count <= Retriever.longestCode else { return [] }
            return try (owners(of: code, index)?.owners ?? []).flatMap { try index.withheldRows(of: $0).map(\.notice) }
        }
    }

    private func withheldRows(
        tellingOf text: String, _ machineModel: MachineModel?, _ database: Database
    ) throws -> [WithheldRow] {
        let asked = Set(ScreenText(text).sentences.joined().filter { $0.utf8.count > 2 })
        let clauses = ScreenText(text).clauses
        guard !asked.isEmpty || !clauses.isEmpty else { return [] }
        let key = machineModel.map(ModelKey.key)
        return try WithheldStore.found(in: database, where: "true", []).filter { stored in
            guard key ?? ModelKey.key(stored.manual.machineModel) == ModelKey.key(stored.manual.machineModel) else {
                return false
            }
            let row = ScreenText(
                ([stored.draft.title ?? ""] + stored.draft.heading + [stored.draft.text]).joined(separator: "\n"))
            let words = Set(row.sentences.joined())
            if !asked.isEmpty { return asked.count(where: words.contains) * 2 > asked.count }
            return clauses.contains { clause in row.clauses.contains { $0.contains(clause) || clause.contains($0) } }
        }.prefix(Retriever.mostPassages).map(\.notice)
    }

    private func codeIndex(_ database: Database, _ machineModel: MachineModel?) -> CodeIndex {
        CodeIndex(
            database: database, machineModel: machineModel, forms: settings.codeForms,
            includesWithheld: snapshot.hasWithheldRows)
    }

    /// The code that a text asks about; nil when it asks in words.
    func code(in text: String, machineModel: MachineModel?) throws -> FaultCode? {
        try snapshot.read { try CodeFinder(index: codeIndex($0, machineModel)).code(in: text) }
    }

    /// The passages that answer for the code, then the sections of the same model that name it.
    private func found(
        _ owner: CodeIndex.Owner, match: RetrievedPassage.Match, _ index: CodeIndex, _ question: Question
    ) throws -> [RetrievedPassage] {
        let answers = inLanguageOrder(try index.passages(of: owner, role: owner.role), question)
        guard !answers.isEmpty else { return [] }
        let mentions = inLanguageOrder(try index.passages(of: owner, role: .mention), question)
            .filter { mention in !answers.contains { $0.id == mention.id } }
        let best = match == .code ? 1.0 : 0.8
        // Each record is another cause: none of them is left out.
        return answers.map { RetrievedPassage(passage: $0, match: match, score: best) }
            + mentions.prefix(max(0, limit - answers.count)).map {
                RetrievedPassage(passage: $0, match: match, score: best / 2, isMention: true)
            }
    }

    private func candidates(
        _ owners: [CodeIndex.Owner], _ index: CodeIndex, _ question: Question
    ) throws -> [Candidate] {
        try owners.compactMap { owner in
            guard let passage = inLanguageOrder(try index.passages(of: owner, role: owner.role), question).first else {
                return try withheldCandidate(owner, index)
            }
            guard let code = passage.codes.first(where: { $0.normalized == owner.normalized }) ?? passage.codes.first
            else { return nil }
            return Candidate(
                machineModel: passage.manual.machineModel, code: code, title: passage.title,
                manual: passage.manual.file, page: passage.page)
        }
    }

    /// A model whose row is withheld counts, so that the other's is not taken for it; nothing of the row is shown.
    private func withheldCandidate(_ owner: CodeIndex.Owner, _ index: CodeIndex) throws -> Candidate? {
        guard let row = try index.withheldRows(of: owner).first,
            let code = row.draft.codes.first(where: { $0.normalized == owner.normalized }) ?? row.draft.codes.first
        else { return nil }
        return Candidate(
            machineModel: row.manual.machineModel, code: code, title: nil, manual: row.manual.file,
            page: row.draft.page)
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
        let index = TextIndex(
            database: database, machineModel: question.machineModel, glossary: settings.glossary)
        let hits = try index.search(text, limit: limit)
        let answers = hits.filter { $0.coverage >= TextIndex.leastCoverage }
        guard let best = answers.map(\.relevance).max(), best > 0 else {
            return .nothing(suggestions: Retriever.suggested(hits.prefix(Retriever.mostTextSuggestions).map(\.passage)))
        }
        let found = answers.map { hit in
            // Never as sure as a code.
            RetrievedPassage(
                passage: hit.passage, match: .text, score: Retriever.textScoreCeiling * hit.relevance / best,
                highlights: hit.highlights)
        }
        let neighbours = listsNeighbours ? hits.filter { $0.coverage < TextIndex.leastCoverage } : []
        return .found(found + Retriever.suggested(neighbours.map(\.passage)))
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
