import Domain

/// How well a library answers a set of questions.
public struct RetrievalEvaluation: Codable, Sendable, Hashable {
    /// Over a group of questions.
    public struct Figures: Codable, Sendable, Hashable {
        public let questions: Int
        /// The right passage comes first, of the questions that have one.
        public let recallAt1: Proportion
        /// … or is among the first five.
        public let recallAt5: Proportion
        /// Mean of 1/rank of the first right passage, 0 where there is none; nil without such questions.
        public let meanReciprocalRank: Double?
        /// Nothing was answered, of the questions without an answer.
        public let abstention: Proportion
        /// Nothing was answered, of the questions that have one.
        public let falseAbstention: Proportion

        enum CodingKeys: String, CodingKey {
            case questions
            case recallAt1 = "recall_at_1"
            case recallAt5 = "recall_at_5"
            case meanReciprocalRank = "mrr"
            case abstention
            case falseAbstention = "false_abstention"
        }
    }

    public struct Group: Codable, Sendable, Hashable {
        public let kind: String
        public let language: Language
        public let figures: Figures
    }

    /// A question whose right passage did not come first, or that was answered and should not have been.
    public struct Failure: Codable, Sendable, Hashable {
        public enum Reason: String, Codable, Sendable {
            case notFirst = "not_first"
            case notInFive = "not_in_five"
            case abstained
            case answered
            /// A passage of another code came as a match of the code asked for.
            case wrongCode = "wrong_code"
        }

        public let question: EvaluationQuestion
        public let reason: Reason
        /// The first results, as `manual code (match)`.
        public let found: [String]
    }

    public let library: Int
    public let overall: Figures
    public let kinds: [Group]
    /// Passages returned as `code` that are not for the code expected: must be none.
    public let wrongCodes: Int
    public let failures: [Failure]

    enum CodingKeys: String, CodingKey {
        case library, overall, kinds
        case wrongCodes = "wrong_codes"
        case failures
    }
}

/// What became of one question.
private struct Outcome {
    let question: EvaluationQuestion
    /// From 1; nil when no right passage is among the results.
    let rank: Int?
    let abstained: Bool
    let isWrongCode: Bool
    let found: [String]

    init(_ question: EvaluationQuestion, _ results: SearchResults) {
        self.question = question
        abstained = results.abstain
        let hits = results.abstain ? [] : results.results
        rank = hits.firstIndex { hit in question.expect.contains { $0.isMet(by: hit) } }.map { $0 + 1 }
        isWrongCode =
            hits.first.map { hit in
                hit.match == .code && !question.expect.contains { $0.isMet(by: hit) }
            } ?? false
        found = results.results.prefix(5).map { "\($0.manual) \($0.code?.written ?? "-") (\($0.match.rawValue))" }
    }

    var failure: RetrievalEvaluation.Failure? {
        let reason: RetrievalEvaluation.Failure.Reason? =
            if isWrongCode {
                .wrongCode
            } else if question.expect.isEmpty {
                abstained ? nil : .answered
            } else if abstained {
                .abstained
            } else {
                rank == 1 ? nil : rank.map { $0 <= 5 } ?? false ? .notFirst : .notInFive
            }
        return reason.map { RetrievalEvaluation.Failure(question: question, reason: $0, found: found) }
    }
}

extension EvaluationQuestion.Target {
    fileprivate func isMet(by hit: SearchResults.Result) -> Bool {
        hit.manual == manual && (code == nil || hit.codes.contains { $0 == code })
    }
}

extension RetrievalEvaluation.Figures {
    fileprivate init(_ outcomes: [Outcome]) {
        let answerable = outcomes.filter { !$0.question.expect.isEmpty }
        let others = outcomes.filter { $0.question.expect.isEmpty }
        questions = outcomes.count
        recallAt1 = Proportion(answerable.count { $0.rank == 1 }, of: answerable.count)
        recallAt5 = Proportion(answerable.count { ($0.rank ?? 6) <= 5 }, of: answerable.count)
        meanReciprocalRank =
            answerable.isEmpty
            ? nil : answerable.reduce(0) { $0 + ($1.rank.map { 1 / Double($0) } ?? 0) } / Double(answerable.count)
        abstention = Proportion(others.count(where: \.abstained), of: others.count)
        falseAbstention = Proportion(answerable.count(where: \.abstained), of: answerable.count)
    }
}

extension Library {
    /// Asks every question as `search` does and compares the answers with what is expected.
    public func evaluate(_ questions: [EvaluationQuestion]) throws -> RetrievalEvaluation {
        let outcomes = try questions.map { question in
            Outcome(
                question,
                try search(
                    question.query, machineModel: question.machineModel, limit: 10, language: question.language))
        }
        let groups = Dictionary(grouping: outcomes) { "\($0.question.kind)\n\($0.question.language.rawValue)" }
        return RetrievalEvaluation(
            library: libraryNumber, overall: .init(outcomes),
            kinds: groups.sorted { $0.key < $1.key }.compactMap { _, group in
                group.first.map { first in
                    .init(kind: first.question.kind, language: first.question.language, figures: .init(group))
                }
            },
            wrongCodes: outcomes.count(where: \.isWrongCode), failures: outcomes.compactMap(\.failure))
    }

    /// How many questions of each sort abstain at each threshold of the text search: the curve that
    /// the threshold is read from.
    public func abstentionCurve(_ questions: [EvaluationQuestion]) throws -> [AbstentionPoint] {
        guard let snapshot = try snapshot else { return [] }
        let retriever = Retriever(snapshot: snapshot, settings: settings)
        let scores = try questions.compactMap { question -> (isAnswerable: Bool, coverage: Double)? in
            guard try retriever.code(in: question.query, machineModel: question.machineModel) == nil else { return nil }
            let best = try snapshot.read { database in
                try TextIndex(
                    database: database, machineModel: question.machineModel, glossary: settings.glossary
                ).search(question.query, limit: 10).map(\.coverage).max()
            }
            return (!question.expect.isEmpty, best ?? 0)
        }
        let answerable = scores.filter(\.isAnswerable)
        let others = scores.filter { !$0.isAnswerable }
        return stride(from: 30, through: 90, by: 5).map { percent in
            let threshold = Double(percent) / 100
            return AbstentionPoint(
                threshold: threshold,
                abstention: Proportion(others.count { $0.coverage < threshold }, of: others.count),
                falseAbstention: Proportion(answerable.count { $0.coverage < threshold }, of: answerable.count))
        }
    }
}

/// Abstention in words at one threshold of coverage.
public struct AbstentionPoint: Codable, Sendable, Hashable {
    public let threshold: Double
    public let abstention: Proportion
    public let falseAbstention: Proportion

    enum CodingKeys: String, CodingKey {
        case threshold, abstention
        case falseAbstention = "false_abstention"
    }
}
