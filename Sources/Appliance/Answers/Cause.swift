import Crypto
import Domain
import Foundation
import Journal
import Manuals
import Troubleshooting

/// What an answer is about, whichever machine has it: equal causes get one answer.
///
/// The machine's name and message are left out where the manuals know the code, so that all machines of a model share
/// the answer. `source` digests the passages themselves instead of the library's number or the manuals' revisions: a new
/// library makes exactly those answers void whose passages changed.
struct Cause: Sendable {
    /// What is asked of the model.
    let question: Question
    let code: FaultCode
    let source: String
    /// Of the same passages, asked for as their manual writes the code and for its machine model; nil where the question
    /// does. What a technician approved there holds here too.
    let ownSource: String?
    /// The library that was asked, and the manuals' revisions in it.
    let library: Int
    private let revisions: [String: Int]

    /// - Returns: nil when the question names no code, or the manuals have nothing to write an answer from.
    init?(_ asked: Question, library: Library) throws {
        guard let asksFor = asked.code, let code = FaultCode(asksFor.normalized) else { return nil }
        let bare = Question(
            code: code, text: nil, machine: nil, machineModel: asked.machineModel, language: asked.language)
        let number = library.libraryNumber
        if case .found(let found) = try library.retrieve(bare), found.first?.match != .text {
            try self.init(bare, code, found, ownSource: Cause.ownSource(bare, found, library), library: number)
            return
        }
        // Only the message leads to a passage.
        guard asked.text != nil else { return nil }
        let described = Question(
            code: code, text: asked.text, machine: nil, machineModel: asked.machineModel, language: asked.language)
        guard case .found(let found) = try library.retrieve(described) else { return nil }
        try self.init(described, code, found, ownSource: nil, library: number)
    }

    private init(
        _ question: Question, _ code: FaultCode, _ found: [RetrievedPassage], ownSource: String?, library: Int
    ) throws {
        self.question = question
        self.code = code
        self.ownSource = ownSource
        self.library = library
        revisions = Dictionary(found.map { ($0.passage.manual.file, $0.passage.manual.revision) }) { first, _ in first }
        source = try Cause.digest(question, found)
    }

    /// Nothing but the very passages that answer the question may lend it their approval.
    private static func ownSource(
        _ question: Question, _ found: [RetrievedPassage], _ library: Library
    ) throws -> String? {
        guard let own = try library.ownQuestion(question), own != question,
            case .found(let same) = try library.retrieve(own), same.map(\.passage) == found.map(\.passage)
        else { return nil }
        return try digest(own, same)
    }

    private static func digest(_ question: Question, _ found: [RetrievedPassage]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var digest = SHA256()
        digest.update(data: try encoder.encode(question))
        for retrieved in found {
            digest.update(data: Data(retrieved.match.rawValue.utf8))
            digest.update(data: try encoder.encode(retrieved.passage.withoutRevision))
        }
        return digest.finalize().hexadecimal
    }

    /// An answer that was written from the same passages, as this library gives it.
    func upToDate(_ answer: Answer) -> Answer { answer.citing(library: library, revisions: revisions) }

    /// - Parameter model: that writes the answer.
    func key(_ model: GeneratorModel) -> BookKey {
        BookKey(
            machineModel: question.machineModel, code: code, language: question.language, source: source,
            writer: "\(model.sha256):\(model.adapter ?? ""):\(Prompt.version):\(Verifier.version)")
    }
}

extension Passage {
    /// What the passage says, whichever revision of its manual says it.
    fileprivate var withoutRevision: Passage {
        Passage(
            id: id,
            manual: ManualRevision(
                file: manual.file, title: manual.title, revision: 0, machineModel: manual.machineModel,
                language: manual.language),
            kind: kind, page: page, heading: heading, codes: codes, title: title, text: text, remedies: remedies,
            escalation: escalation, safety: safety, layout: layout)
    }
}
