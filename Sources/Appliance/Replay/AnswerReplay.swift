import Domain
import Foundation
import Journal

/// What came of having answers written again.
public struct AnswerReplayReport: Encodable, Sendable {
    /// The same bytes, the times apart that they took.
    public var same = 0
    /// Incidents whose answers came out otherwise.
    public var different: [Incident.ID] = []
    /// Made with another library or model than those at hand, or approved by a person.
    public var notComparable = 0

    enum CodingKeys: String, CodingKey {
        case same, different
        case notComparable = "not_comparable"
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
        while case let page = try journal.answers(after: last, limit: 100), let end = page.last?.incident {
            last = end
            for issued in page {
                let recorded = issued.answer
                guard let incident = try journal.incident(issued.incident), recorded.approval == nil,
                    recorded.provenance.library == answerer.library.libraryNumber,
                    recorded.provenance.modelSHA256 == nil
                        || recorded.provenance.modelSHA256 == generator?.model.sha256
                else {
                    report.notComparable += 1
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
