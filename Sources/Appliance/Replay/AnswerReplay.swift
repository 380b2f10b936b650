import Domain
import Foundation
import Journal
import Troubleshooting

/// What came of having answers written again.
public struct AnswerReplayReport: Encodable, Sendable {
    /// The same bytes, the times apart that they took.
    public var same = 0
    /// Incidents whose answers came out otherwise.
    public var different: [Incident.ID] = []
    /// How many were passed over, by the reason.
    public var passedOver: [String: Int] = [:]
    /// All that were passed over.
    public var notComparable: Int { passedOver.values.reduce(0, +) }

    enum CodingKeys: String, CodingKey {
        case same, different
        case notComparable = "not_comparable"
        case passedOver = "passed_over"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(same, forKey: .same)
        try container.encode(different, forKey: .different)
        try container.encode(notComparable, forKey: .notComparable)
        try container.encode(passedOver, forKey: .passedOver)
    }

    /// Why an answer can't come out the same, or is no answer of a program.
    enum PassedOver: String {
        case approved = "approved by a person"
        case verifier = "of another verifier version"
        case prompt = "of another prompt version"
        case library = "of another library"
        case model = "of another model"
        case noIncident = "of an incident that is gone"
    }
}

extension AnswerReplayReport.PassedOver {
    /// - Returns: nil for an answer that must come out the same.
    init?(_ recorded: Answer, library: Int, model: GeneratorModel?) {
        let provenance = recorded.provenance
        if recorded.approval != nil {
            self = .approved
        } else if provenance.verifier.version != Verifier.version {
            self = .verifier
        } else if provenance.promptVersion != Prompt.version {
            self = .prompt
        } else if provenance.library != library {
            self = .library
        } else if let sha256 = provenance.modelSHA256,
            sha256 != model?.sha256 || provenance.adapter != model?.adapter
        {
            self = .model
        } else {
            return nil
        }
    }
}

extension Appliance {
    /// Has every answer of a restored journal written again by the library and model at hand, and compares.
    ///
    /// - Parameter scratch: an empty journal for the answer book of the replay.
    public func replayAnswers(of journal: EventJournal, scratch: EventJournal) async throws -> AnswerReplayReport {
        let replaying = Answerer(library: answerer.library, model: answerer.model, journal: scratch, logger: logger)
        let generator = await answerer.model.writer()
        var report = AnswerReplayReport()
        var last: Incident.ID = 0
        while true {
            let page = try await offSharedPool { [last] in try journal.answers(after: last, limit: 100) }
            guard let end = page.last?.incident else { break }
            last = end
            for issued in page {
                let recorded = issued.answer
                let incident = try await offSharedPool { try journal.incident(issued.incident) }
                let reason = AnswerReplayReport.PassedOver(
                    recorded, library: answerer.library.libraryNumber, model: generator?.model)
                guard let incident, reason == nil else {
                    report.passedOver[(reason ?? .noIncident).rawValue, default: 0] += 1
                    continue
                }
                let made = try await replaying.answer(
                    configuration.question(about: incident), urgency: .background,
                    mayGenerate: recorded.provenance.modelSHA256 != nil
                ) { _ in }
                var again = made.issued(id: recorded.id ?? "", incident: incident.id)
                again.timing = recorded.timing
                if try again.json() == issued.json { report.same += 1 } else { report.different.append(incident.id) }
            }
        }
        return report
    }
}
