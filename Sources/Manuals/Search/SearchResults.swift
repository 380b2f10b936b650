import Domain

/// What `search --json` prints.
public struct SearchResults: Codable, Sendable, Hashable {
    public struct Result: Codable, Sendable, Hashable {
        /// From 1.
        public let rank: Int
        public let passageID: String
        public let manual: String
        public let title: String?
        public let revision: Int
        public let page: Int?
        public let heading: [String]
        public let code: FaultCode?
        public let machineModel: MachineModel
        public let match: RetrievedPassage.Match
        public let score: Double
        public let text: String

        enum CodingKeys: String, CodingKey {
            case rank
            case passageID = "passage_id"
            case manual, title, revision, page, heading, code
            case machineModel = "machine_model"
            case match, score, text
        }
    }

    public let query: String
    /// Nothing in the library answers; the results are suggestions only.
    public let abstain: Bool
    public let results: [Result]
    /// What the plant's own records say about the code found; no passage of a manual.
    public var repairs: RepairHistory?

    init(query: String, retrieved: [RetrievedPassage], limit: Int) {
        self.query = query
        abstain = retrieved.allSatisfy { $0.match == .suggestion }
        results = retrieved.prefix(limit).enumerated().map { index, hit in
            Result(
                rank: index + 1, passageID: hit.passage.id, manual: hit.passage.manual.file,
                title: hit.passage.title, revision: hit.passage.manual.revision, page: hit.passage.page,
                heading: hit.passage.heading, code: hit.passage.codes.first,
                machineModel: hit.passage.manual.machineModel, match: hit.match, score: hit.score,
                text: hit.passage.text)
        }
    }
}

extension Library {
    /// Makes a question of typed text: a code when it names one, otherwise words.
    public func question(
        _ text: String, machine: MachineID? = nil, machineModel: MachineModel?, language: Language
    ) throws -> Question {
        let code = try QuestionParser.code(in: text) { try knows($0, machineModel: machineModel) }
        return Question(code: code, text: text, machine: machine, machineModel: machineModel, language: language)
    }

    /// Retrieval alone. An ambiguous code lists the passages of every machine model that owns it.
    public func search(
        _ query: String, machineModel: MachineModel? = nil, limit: Int = 10, language: Language = .english
    ) throws -> SearchResults {
        let limit = max(1, min(limit, 100))
        guard let snapshot else { return SearchResults(query: query, retrieved: [], limit: limit) }
        let question = try question(query, machineModel: machineModel, language: language)
        let retriever = Retriever(snapshot: snapshot, limit: limit)
        switch try retriever.retrieve(question) {
        case .found(let passages), .nothing(suggestions: let passages):
            return SearchResults(query: query, retrieved: passages, limit: limit)
        case .ambiguous(let candidates):
            let passages = try candidates.flatMap { candidate -> [RetrievedPassage] in
                let scoped = Question(
                    code: question.code, text: nil, machine: nil, machineModel: candidate.machineModel,
                    language: language)
                guard case .found(let passages) = try retriever.retrieve(scoped) else { return [] }
                return Array(passages.prefix(1))
            }
            return SearchResults(query: query, retrieved: passages, limit: limit)
        }
    }
}
