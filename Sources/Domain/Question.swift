/// What is asked of the library: a code, a symptom or both, for a machine, a machine model or nobody in particular.
public struct Question: Codable, Sendable, Hashable {
    public let code: FaultCode?
    /// A symptom or the machine's message; untrusted.
    public let text: String?
    public let machine: MachineID?
    /// Restricts retrieval to the manuals of this model; nil asks all of them.
    public let machineModel: MachineModel?
    public let language: Language

    public init(
        code: FaultCode?, text: String?, machine: MachineID?, machineModel: MachineModel?, language: Language
    ) {
        self.code = code
        self.text = text
        self.machine = machine
        self.machineModel = machineModel
        self.language = language
    }
}

/// What the library answers to a question.
public enum Retrieval: Sendable, Hashable {
    /// Best first, never empty.
    case found([RetrievedPassage])
    /// The code exists for several machine models and the question names none.
    case ambiguous([Candidate])
    /// Nothing answers; the suggestions are near misses for a person to judge, never a substitute.
    case nothing(suggestions: [RetrievedPassage])
}

/// A passage with how it was found.
public struct RetrievedPassage: Sendable, Hashable {
    public enum Match: String, Codable, Sendable {
        case code
        /// Leading zeros or a family pattern made the match.
        case codeVariant = "code-variant"
        case text
        /// Near the code asked for; may be a different hazard.
        case suggestion
    }

    public let passage: Passage
    public let match: Match
    /// The passage only speaks of the code: it is no record of it.
    public let isMention: Bool
    /// 0…1, higher is better; comparable within one retrieval only.
    public let score: Double
    /// UTF-8 ranges of the passage's text that the question asks about; for showing only.
    public let highlights: [Range<Int>]

    public init(
        passage: Passage, match: Match, score: Double, highlights: [Range<Int>] = [], isMention: Bool = false
    ) {
        self.passage = passage
        self.match = match
        self.isMention = isMention
        self.score = score
        self.highlights = highlights
    }
}

/// A machine model that owns an ambiguous code.
public struct Candidate: Codable, Sendable, Hashable {
    public let machineModel: MachineModel
    public let code: FaultCode
    public let title: String?
    public let manual: String
    public let page: Int?

    enum CodingKeys: String, CodingKey {
        case machineModel = "machine_model"
        case code, title, manual, page
    }

    public init(machineModel: MachineModel, code: FaultCode, title: String?, manual: String, page: Int?) {
        self.machineModel = machineModel
        self.code = code
        self.title = title
        self.manual = manual
        self.page = page
    }
}
