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
        /// True where the page is a scan whose words were recognised and may be misread; nil elsewhere.
        public let scanned: Bool?
        public let code: FaultCode?
        /// Every code that the passage answers for.
        public let codes: [FaultCode]
        public let machineModel: MachineModel
        public let match: RetrievedPassage.Match
        public let score: Double
        public let text: String
        /// Parts of the text that the query asks about, as [start, end) in Unicode scalars.
        public let highlights: [[Int]]

        enum CodingKeys: String, CodingKey {
            case rank
            case passageID = "passage_id"
            case manual, title, revision, page, heading, scanned, code, codes
            case machineModel = "machine_model"
            case match, score, text, highlights
        }

        /// UTF-8 ranges counted in scalars, which every language can index by.
        fileprivate static func scalarRanges(_ ranges: [Range<Int>], in text: String) -> [[Int]] {
            let view = text.utf8
            func scalars(_ offset: Int) -> Int {
                let end = view.index(view.startIndex, offsetBy: offset, limitedBy: view.endIndex) ?? view.endIndex
                return text.unicodeScalars.distance(from: text.unicodeScalars.startIndex, to: end)
            }
            return ranges.map { [scalars($0.lowerBound), scalars($0.upperBound)] }
        }
    }

    public let query: String
    /// Nothing in the library answers; the results are suggestions only. Where something does, suggestions may follow.
    public let abstain: Bool
    public let results: [Result]
    /// What the plant's own records say about the code found; no passage of a manual.
    public var repairs: RepairHistory?
    /// Rows about the code asked for that wait for a person's eyes; nil where there are none.
    public fileprivate(set) var withheld: [WithheldRow]?

    init(query: String, retrieved: [RetrievedPassage], limit: Int) {
        self.query = query
        abstain = retrieved.allSatisfy { $0.match == .suggestion }
        results = retrieved.prefix(limit).enumerated().map { index, hit in
            Result(
                rank: index + 1, passageID: hit.passage.id, manual: hit.passage.manual.file,
                title: hit.passage.title, revision: hit.passage.manual.revision, page: hit.passage.page,
                heading: hit.passage.heading, scanned: hit.passage.layout.isOCR ? true : nil,
                code: hit.passage.codes.first, codes: hit.passage.codes,
                machineModel: hit.passage.manual.machineModel, match: hit.match, score: hit.score,
                text: hit.passage.text, highlights: Result.scalarRanges(hit.highlights, in: hit.passage.text))
        }
    }
}

extension Library {
    /// Makes a question of typed text: a code when it names one, otherwise words.
    public func question(
        _ text: String, machine: MachineID? = nil, machineModel: MachineModel?, language: Language
    ) throws -> Question {
        let code = try snapshot.flatMap {
            try Retriever(snapshot: $0, settings: settings).code(in: text, machineModel: machineModel)
        }
        return Question(code: code, text: text, machine: machine, machineModel: machineModel, language: language)
    }

    /// Retrieval alone. An ambiguous code lists the passages of every machine model that owns it.
    public func search(
        _ query: String, machineModel: MachineModel? = nil, limit: Int = 10, language: Language = .english
    ) throws -> SearchResults {
        let limit = max(1, min(limit, 100))
        guard let snapshot = try snapshot else { return SearchResults(query: query, retrieved: [], limit: limit) }
        let question = try question(query, machineModel: machineModel, language: language)
        var results = try search(question, in: snapshot, query: query, limit: limit)
        let withheld = try withheld(question)
        results.withheld = withheld.isEmpty ? nil : withheld
        return results
    }

    private func search(
        _ question: Question, in snapshot: LibrarySnapshot, query: String, limit: Int
    ) throws -> SearchResults {
        let retriever = Retriever(snapshot: snapshot, settings: settings, limit: limit, listsNeighbours: true)
        switch try retriever.retrieve(question) {
        case .found(let passages), .nothing(suggestions: let passages):
            return SearchResults(query: query, retrieved: passages, limit: limit)
        case .ambiguous(let candidates):
            let passages = try candidates.flatMap { candidate -> [RetrievedPassage] in
                let scoped = Question(
                    code: question.code, text: nil, machine: nil, machineModel: candidate.machineModel,
                    language: question.language)
                guard case .found(let passages) = try retriever.retrieve(scoped) else { return [] }
                return Array(passages.prefix(1))
            }
            return SearchResults(query: query, retrieved: passages, limit: limit)
        }
    }
}
