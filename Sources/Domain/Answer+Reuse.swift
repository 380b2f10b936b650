import Foundation

/// Who vouches for an answer.
public struct Approval: Codable, Sendable, Hashable {
    public let by: String
    public let at: Date
    /// The steps are the technician's, not the verified ones.
    public let edited: Bool

    /// - Parameter at: kept to the second.
    public init(by: String, at: Date, edited: Bool) {
        self.by = by
        self.at = Date(timeIntervalSince1970: at.timeIntervalSince1970.rounded())
        self.edited = edited
    }

    private enum CodingKeys: String, CodingKey { case by, at, edited }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .at)
        guard let at = try? Date(text, strategy: .iso8601) else {
            throw DecodingError.dataCorruptedError(
                forKey: .at, in: container, debugDescription: "expected a time of ISO 8601, got \"\(text)\"")
        }
        self.init(
            by: try container.decode(String.self, forKey: .by), at: at,
            edited: try container.decode(Bool.self, forKey: .edited))
    }

    /// The time as ISO 8601 text, as other programs read it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(by, forKey: .by)
        try container.encode(at.formatted(.iso8601), forKey: .at)
        try container.encode(edited, forKey: .edited)
    }
}

extension Answer {
    /// Most steps of an edited answer.
    public static let editedStepsLimit = 50
    /// Longest step of an edited answer, in characters.
    public static let editedStepLimit = 1_000

    /// The answer to the same cause on another machine.
    ///
    /// - Parameters:
    ///   - code: as that machine wrote it.
    ///   - timing: of giving it again; nil where it was made for this machine.
    public func reissued(machine: MachineID?, code: FaultCode?, timing: Timing? = nil) -> Answer {
        var answer = self
        answer.machine = machine
        answer.code = code
        answer.timing = timing ?? answer.timing
        return answer
    }

    /// The answer with the numbers of a later library whose passages say the same.
    ///
    /// - Parameter revisions: of the manuals, by file.
    public func citing(library: Int, revisions: [String: Int]) -> Answer {
        var answer = self
        answer.provenance.library = library
        for index in answer.citations.indices {
            guard let revision = revisions[answer.citations[index].manual] else { continue }
            answer.citations[index].revision = revision
        }
        return answer
    }

    /// As it goes out for an incident.
    public func issued(id: String, incident: Incident.ID) -> Answer {
        var answer = self
        answer.id = id
        answer.incident = incident
        return answer
    }

    /// The answer with a technician's word that it is right, and in their own words where they give some.
    ///
    /// Safety blocks, citations and provenance stay. A step that is as it was keeps its citation, another has none:
    /// no manual says it.
    ///
    /// - Parameter actions: nil approves the steps as they are.
    /// - Returns: nil when there is no step, more than ``editedStepsLimit``, or one longer than ``editedStepLimit``.
    public func approved(by name: String, at time: Date, actions: [String]? = nil) -> Answer? {
        var answer = self
        if let actions {
            let trimmed = actions.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
            guard (1...Answer.editedStepsLimit).contains(trimmed.count),
                trimmed.allSatisfy({ $0.count <= Answer.editedStepLimit })
            else { return nil }
            answer.steps = trimmed.enumerated().map { index, action in
                Step(n: index + 1, action: action, cite: steps.first { $0.action == action }?.cite ?? [])
            }
        }
        guard !answer.steps.isEmpty else { return nil }
        answer.approval = Approval(by: name, at: time, edited: answer.steps != steps)
        return answer
    }
}
