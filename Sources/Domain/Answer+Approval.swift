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
    /// Most steps of an edited procedure.
    public static let editedStepsLimit = 50
    /// Longest step of an edited answer, in characters.
    public static let editedStepLimit = 1_000

    /// The answer with a technician's word that it is right, and in their own words where they give some.
    ///
    /// Safety blocks, citations and provenance stay. A step that is as it was keeps its citation, another has none:
    /// no manual says it.
    ///
    /// - Parameter actions: of the sole procedure; nil approves all steps as they are.
    /// - Returns: nil when there is no step, more than ``editedStepsLimit``, one longer than ``editedStepLimit``, or
    ///   actions for an answer of several procedures.
    public func approved(by name: String, at time: Date, actions: [String]? = nil) -> Answer? {
        approved(by: name, at: time, procedures: actions.map { [$0] })
    }

    /// - Parameter edited: the actions of every procedure, in the answer's order; nil approves them as they are.
    /// - Returns: nil when the procedures are not as many as the answer has, one that had steps has none, or a step or
    ///   their number is over its limit.
    public func approved(by name: String, at time: Date, procedures edited: [[String]]?) -> Answer? {
        var answer = self
        if let edited {
            guard edited.count == procedures.count else { return nil }
            for (index, actions) in edited.enumerated() {
                let trimmed = actions.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
                guard trimmed.count <= Answer.editedStepsLimit, !trimmed.isEmpty || procedures[index].steps.isEmpty,
                    trimmed.allSatisfy({ $0.count <= Answer.editedStepLimit })
                else { return nil }
                let steps = procedures[index].steps
                answer.procedures[index].steps = trimmed.enumerated().map { number, action in
                    Step(n: number + 1, action: action, cite: steps.first { $0.action == action }?.cite ?? [])
                }
            }
        }
        guard answer.procedures.contains(where: { !$0.steps.isEmpty }) else { return nil }
        answer.approval = Approval(by: name, at: time, edited: answer.procedures != procedures)
        return answer
    }
}
