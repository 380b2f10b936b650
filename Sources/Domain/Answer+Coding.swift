/// Schema 2 has `procedures`; a sole one's steps and escalation stand beside them too, where readers of schema 1 look.
/// An answer of schema 1 is written as it was read.
extension Answer: Codable {
    private enum CodingKeys: String, CodingKey {
        case schema
        case id = "answer_id"
        case incident, status, machine, code, title, safety, procedures, steps, escalation, candidates, suggestions,
            citations, provenance, approval, repairs, withheld
        case timing = "timing_ms"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        schema = try container.decode(Int.self, forKey: .schema)
        id = try container.decodeIfPresent(String.self, forKey: .id)
        incident = try container.decodeIfPresent(Incident.ID.self, forKey: .incident)
        status = try container.decode(Status.self, forKey: .status)
        machine = try container.decodeIfPresent(MachineID.self, forKey: .machine)
        code = try container.decodeIfPresent(FaultCode.self, forKey: .code)
        title = try container.decodeIfPresent(String.self, forKey: .title)
        safety = try container.decode([CitedSafetyBlock].self, forKey: .safety)
        candidates = try container.decode([Candidate].self, forKey: .candidates)
        suggestions = try container.decode([Suggestion].self, forKey: .suggestions)
        citations = try container.decode([Citation].self, forKey: .citations)
        provenance = try container.decode(Provenance.self, forKey: .provenance)
        approval = try container.decodeIfPresent(Approval.self, forKey: .approval)
        timing = try container.decode(Timing.self, forKey: .timing)
        repairs = try container.decodeIfPresent(RepairHistory.self, forKey: .repairs)
        withheld = try container.decodeIfPresent([WithheldRow].self, forKey: .withheld) ?? []
        guard schema == 1 else {
            procedures = try container.decode([Procedure].self, forKey: .procedures)
            return
        }
        let steps = try container.decode([Step].self, forKey: .steps)
        let escalation = try container.decodeIfPresent(String.self, forKey: .escalation)
        let cites = Set(steps.flatMap(\.cite))
        let procedure = Procedure(
            cause: nil, cite: cites.count == 1 ? cites.first : nil, steps: steps, escalation: escalation)
        procedures = steps.isEmpty && escalation == nil ? [] : [procedure]
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schema, forKey: .schema)
        try container.encodeIfPresent(id, forKey: .id)
        try container.encodeIfPresent(incident, forKey: .incident)
        try container.encode(status, forKey: .status)
        try container.encodeIfPresent(machine, forKey: .machine)
        try container.encodeIfPresent(code, forKey: .code)
        try container.encodeIfPresent(title, forKey: .title)
        try container.encode(safety, forKey: .safety)
        if schema != 1 { try container.encode(procedures, forKey: .procedures) }
        try container.encode(steps, forKey: .steps)
        try container.encodeIfPresent(escalation, forKey: .escalation)
        try container.encode(candidates, forKey: .candidates)
        try container.encode(suggestions, forKey: .suggestions)
        try container.encode(citations, forKey: .citations)
        try container.encode(provenance, forKey: .provenance)
        try container.encodeIfPresent(approval, forKey: .approval)
        try container.encode(timing, forKey: .timing)
        try container.encodeIfPresent(repairs, forKey: .repairs)
        if !withheld.isEmpty { try container.encode(withheld, forKey: .withheld) }
    }
}
