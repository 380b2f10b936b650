/// One imported version of a repair document.
public struct ManualRevision: Codable, Sendable, Hashable {
    /// File name, without folders.
    public let file: String
    public let title: String
    /// Rises by one with each import of changed content of the same file.
    public let revision: Int
    public let machineModel: MachineModel
    public let language: Language

    public init(file: String, title: String, revision: Int, machineModel: MachineModel, language: Language) {
        self.file = file
        self.title = title
        self.revision = revision
        self.machineModel = machineModel
        self.language = language
    }
}

/// One retrievable piece of a manual: a fault-table row or a headed section.
public struct Passage: Codable, Sendable, Hashable, Identifiable {
    public enum Kind: String, Codable, Sendable { case faultRow = "fault-row", section }

    /// Stable for the same content at the same place of the same manual file.
    public let id: String
    public let manual: ManualRevision
    public let kind: Kind
    /// As printed in the manual; nil where the document has no pages.
    public let page: Int?
    /// From the outermost heading to the nearest.
    public let heading: [String]
    /// The codes that this passage answers for, as written.
    public let codes: [FaultCode]
    /// The fault's plain name, where the passage names one.
    public let title: String?
    /// What the passage names as the fault's cause, verbatim; nil where it names none.
    public let cause: String?
    /// What the model reads: columns as `Header: value` lines or the section's lines; without safety blocks.
    public let text: String
    /// The remedies, verbatim, one action each, without list marks; what `extract` shows.
    public let remedies: [String]
    /// The sentence that says when to call for help, verbatim.
    public let escalation: String?
    public let safety: [SafetyBlock]
    public let layout: PassageLayout

    public init(
        id: String, manual: ManualRevision, kind: Kind, page: Int?, heading: [String], codes: [FaultCode],
        title: String?, text: String, remedies: [String], escalation: String?, safety: [SafetyBlock],
        layout: PassageLayout = PassageLayout(), cause: String? = nil
    ) {
        self.id = id
        self.manual = manual
        self.kind = kind
        self.page = page
        self.heading = heading
        self.codes = codes
        self.title = title
        self.cause = cause
        self.text = text
        self.remedies = remedies
        self.escalation = escalation
        self.safety = safety
        self.layout = layout
    }
}

/// A warning of a manual, kept word for word: the signal words of ANSI Z535.6 are graded and are never changed.
public struct SafetyBlock: Codable, Sendable, Hashable {
    /// As printed: `DANGER`, `WARNING`, `CAUTION`, `NOTICE`, `危險`, `警告`, `注意`.
    public let signalWord: String
    public let text: String

    public init(signalWord: String, text: String) {
        self.signalWord = signalWord
        self.text = text
    }
}
