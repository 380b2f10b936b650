import Domain

/// A question to the running appliance, as `POST /v1/ask` takes it.
public struct AskRequest: Codable, Sendable, Hashable {
    /// A code, a symptom or both, as a person typed or scanned it.
    public let text: String
    public let machine: MachineID?
    public let machineModel: MachineModel?
    public let language: Language?

    enum CodingKeys: String, CodingKey {
        case text, machine
        case machineModel = "machine_model"
        case language
    }

    public init(
        text: String, machine: MachineID? = nil, machineModel: MachineModel? = nil, language: Language? = nil
    ) {
        self.text = text
        self.machine = machine
        self.machineModel = machineModel
        self.language = language
    }
}

/// One part of an answer while it is made; each is one server-sent event.
public enum AskEvent: Codable, Sendable, Hashable {
    /// The warnings of the passages found; they come before any step.
    case safety([CitedSafetyBlock])
    /// A step, with the procedure that it belongs to: first all steps of the first one, then those of the next.
    case step(Step, of: ProcedureHead)
    /// The steps so far are void: the manual's own words follow, for this reason.
    case restarted(String)
    /// The whole answer; the last event.
    case answer(Answer)
    /// The appliance could not answer; the last event.
    case failed(String)
}
