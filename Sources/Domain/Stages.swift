import Foundation

/// Takes events and makes them durable.
public protocol EventSink: Sendable {
    /// Returns only when the event is durable; throws when it could not be kept, and then the caller must not
    /// acknowledge it. Blocks; call it from the source's own thread.
    @discardableResult
    func accept(_ event: Event) throws -> Acceptance

    /// The same for events that came together, in order: all of them are kept or, when it throws, none need be.
    @discardableResult
    func accept(contentsOf events: [Event]) throws -> [Acceptance]
}

/// What became of an event that was offered to a sink.
public enum Acceptance: Sendable, Hashable {
    case appended(sequence: Int64)
    /// A redelivery: the event stands in the journal since `sequence`.
    case duplicate(sequence: Int64)

    public var isAppended: Bool {
        if case .appended = self { true } else { false }
    }
}

/// Finds the passages that answer a question.
public protocol PassageRetriever: Sendable {
    /// Number of the library snapshot that answers.
    var libraryNumber: Int { get }
    func retrieve(_ question: Question) throws -> Retrieval
    /// The rows about the question's code that wait for a person's eyes; no passage of them is ever retrieved.
    func withheld(_ question: Question) throws -> [WithheldRow]
}

extension PassageRetriever {
    public func withheld(_ question: Question) throws -> [WithheldRow] { [] }
}
