import Foundation

/// Verified procedures with citations, for one incident or one question.
///
/// Its initializer is reserved for the verification stage (`@_spi(Verification)`): unverified text cannot become an
/// answer. Decoding restores an answer that was verified when it was made.
public struct Answer: Sendable, Hashable {
    public enum Status: String, Codable, Sendable, CaseIterable {
        /// Written by the model and verified.
        case answered
        /// The passage's own steps, verbatim.
        case extract
        /// The code stands in the manuals, but nothing that counts is told about it: no steps. Where all that is told
        /// waits for a person's eyes, ``Answer/withheld`` names it.
        case mentioned
        /// The code exists for several machine models and none was given.
        case ambiguous
        /// No guess.
        case notInManuals = "not_in_manuals"
    }

    public static let schema = 2

    /// ``schema``, or that of an older answer as it was kept.
    public internal(set) var schema: Int
    /// Unique over all appliances; nil for an answer to a question outside of any incident.
    public internal(set) var id: String?
    public internal(set) var incident: Incident.ID?
    public let status: Status
    public internal(set) var machine: MachineID?
    public internal(set) var code: FaultCode?
    public let title: String?
    public let safety: [CitedSafetyBlock]
    /// One for each record that answers, in the manuals' order. An answer of schema 1 has its steps, of whichever
    /// records, as a single one.
    public internal(set) var procedures: [Procedure]
    public let candidates: [Candidate]
    public let suggestions: [Suggestion]
    public internal(set) var citations: [Citation]
    public internal(set) var provenance: Provenance
    /// A technician's word that the answer is right; nil where nobody gave it.
    public internal(set) var approval: Approval?
    public var timing: Timing
    /// What the plant's own records say about the code; no part of what was verified, and cited by no step.
    public var repairs: RepairHistory?
    /// Rows about the code that are not part of the answer, because nobody has looked at them yet.
    public var withheld: [WithheldRow] = []

    @_spi(Verification)
    public init(
        status: Status, machine: MachineID?, code: FaultCode?, title: String?, safety: [CitedSafetyBlock],
        procedures: [Procedure], candidates: [Candidate], suggestions: [Suggestion], citations: [Citation],
        provenance: Provenance, timing: Timing
    ) {
        self.schema = Answer.schema
        self.status = status
        self.machine = machine
        self.code = code
        self.title = title
        self.safety = safety
        self.procedures = procedures
        self.candidates = candidates
        self.suggestions = suggestions
        self.citations = citations
        self.provenance = provenance
        self.timing = timing
    }

    /// The steps of a sole procedure; empty with several, for steps of two procedures never stand in one list.
    public var steps: [Step] { soleProcedure?.steps ?? [] }

    /// When to call for help, of a sole procedure.
    public var escalation: String? { soleProcedure?.escalation }

    var soleProcedure: Procedure? { procedures.count == 1 ? procedures[0] : nil }

    /// One line of JSON, keys sorted: equal answers are equal bytes.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

/// A safety block with the passage that it stands at.
public struct CitedSafetyBlock: Codable, Sendable, Hashable {
    public let signalWord: String
    public let text: String
    public let cite: String

    enum CodingKeys: String, CodingKey {
        case signalWord = "signal_word"
        case text, cite
    }

    public init(signalWord: String, text: String, cite: String) {
        self.signalWord = signalWord
        self.text = text
        self.cite = cite
    }
}

/// Where a step comes from, so that a person can open the manual there.
public struct Citation: Codable, Sendable, Hashable {
    /// `p1`, `p2`, … within one answer.
    public let id: String
    public let manual: String
    public internal(set) var revision: Int
    public let page: Int?
    public let heading: [String]
    /// True where the page is a scan whose words were recognised and may be misread; nil elsewhere.
    public let scanned: Bool?

    public init(id: String, passage: Passage) {
        self.id = id
        manual = passage.manual.file
        revision = passage.manual.revision
        page = passage.page
        heading = passage.heading
        scanned = passage.layout.isOCR ? true : nil
    }
}

/// A near miss: "did you mean".
public struct Suggestion: Codable, Sendable, Hashable {
    public let code: FaultCode?
    public let title: String?
    public let machineModel: MachineModel
    public let manual: String
    public let page: Int?

    enum CodingKeys: String, CodingKey {
        case code, title
        case machineModel = "machine_model"
        case manual, page
    }

    public init(_ passage: Passage) {
        code = passage.codes.first
        title = passage.title
        machineModel = passage.manual.machineModel
        manual = passage.manual.file
        page = passage.page
    }
}

/// What an answer was made with: the same event, library, model, prompt and verifier version give the same
/// answer.
public struct Provenance: Codable, Sendable, Hashable {
    public struct Verifier: Codable, Sendable, Hashable {
        public let droppedSteps: Int
        /// Rises with every change of what the verifier makes of a draft; nil in answers from before it was counted.
        public let version: Int?

        enum CodingKeys: String, CodingKey {
            case droppedSteps = "dropped_steps"
            case version
        }

        public init(droppedSteps: Int, version: Int? = nil) {
            self.droppedSteps = droppedSteps
            self.version = version
        }
    }

    public let model: String?
    public let modelSHA256: String?
    public let adapter: String?
    /// Number of the library snapshot.
    public internal(set) var library: Int
    public let promptVersion: Int
    public let verifier: Verifier

    enum CodingKeys: String, CodingKey {
        case model
        case modelSHA256 = "model_sha256"
        case adapter, library
        case promptVersion = "prompt_version"
        case verifier
    }

    public init(
        model: String?, modelSHA256: String?, adapter: String?, library: Int, promptVersion: Int, verifier: Verifier
    ) {
        self.model = model
        self.modelSHA256 = modelSHA256
        self.adapter = adapter
        self.library = library
        self.promptVersion = promptVersion
        self.verifier = verifier
    }
}

/// How long the parts of an answer took, in milliseconds.
public struct Timing: Codable, Sendable, Hashable {
    public var retrieve: Double
    public var firstToken: Double?
    public var total: Double

    enum CodingKeys: String, CodingKey {
        case retrieve
        case firstToken = "first_token"
        case total
    }

    public init(retrieve: Double, firstToken: Double?, total: Double) {
        self.retrieve = retrieve
        self.firstToken = firstToken
        self.total = total
    }
}
