import ConstrainedDecoding
import Tokenization

/// What a model wrote under a task's schema.
public struct RecordText: Sendable, Hashable {
    public let json: String
    public let isTruncated: Bool

    public init(json: String, isTruncated: Bool) {
        self.json = json
        self.isTruncated = isTruncated
    }
}

/// A document that a model cannot take, while it can go on with others.
public struct DocumentRefusal: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Turns documents into records, several at once.
public struct Extractor: Sendable {
    /// Documents that a model is given at once.
    public static let width = 16
    /// Documents that are read ahead of the last record given, so that a slow one holds up none of the others.
    static let window = 4 * width

    /// Has a model write JSON of the task's schema; throws ``DocumentRefusal`` for this document alone, anything else to
    /// end the whole.
    public typealias Complete =
        @Sendable (_ messages: [ChatMessage], _ task: ExtractionTask) async throws -> RecordText

    private let task: ExtractionTask
    private let complete: Complete

    public init(task: ExtractionTask, complete: @escaping Complete) {
        self.task = task
        self.complete = complete
    }

    /// Works through documents and gives what each gave in their order, as soon as all before it are done.
    ///
    /// - Parameter next: the next document, nil at the end; called from one task at a time.
    /// - Throws: what `next`, `onExtraction` and the model throw.
    public func run(
        next: @escaping @Sendable () async throws -> SourceDocument?, onExtraction: (Extraction) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Event.self) { group in
            var queue = OrderedQueue<Extraction>()
            var running = 0
            var isReading = false
            var isAtEnd = false
            while true {
                if !isReading, !isAtEnd, running < Self.width, queue.openCount < Self.window {
                    isReading = true
                    group.addTask { .read(try await next()) }
                }
                guard let event = try await group.next() else { return }
                switch event {
                case .read(let document):
                    isReading = false
                    isAtEnd = document == nil
                    guard let document else { continue }
                    let number = queue.open()
                    running += 1
                    group.addTask { .done(number, try await extract(document)) }
                case .done(let number, let extraction):
                    running -= 1
                    for extraction in queue.close(number, with: extraction) { try onExtraction(extraction) }
                }
            }
        }
    }

    private enum Event: Sendable {
        case read(SourceDocument?)
        case done(Int, Extraction)
    }

    private func extract(_ document: SourceDocument) async throws -> Extraction {
        switch document.content {
        case .unreadable(let reason): return Extraction(line: document.line, outcome: .failed(reason))
        case .text(let text):
            do {
                let written = try await complete(task.messages(for: text), task)
                return Extraction(line: document.line, outcome: .record(try record(written, of: text)))
            } catch let refusal as DocumentRefusal {
                return Extraction(line: document.line, outcome: .failed(refusal.description))
            }
        }
    }

    private func record(_ written: RecordText, of document: String) throws -> ExtractedRecord {
        let checked = task.verbatim.checked(try JSONValue(parsing: written.json.utf8), against: document)
        return ExtractedRecord(
            json: checked.record, notVerbatim: checked.flagged, isTruncated: written.isTruncated)
    }
}

/// Gives results in the order in which their work was opened.
private struct OrderedQueue<Value> {
    private var results: [Int: Value] = [:]
    private var opened = 0
    private var given = 0

    /// Pieces of work that are open, or done behind one that is.
    var openCount: Int { opened - given }

    mutating func open() -> Int {
        defer { opened += 1 }
        return opened
    }

    /// - Returns: the results that nothing before them is open for.
    mutating func close(_ number: Int, with value: Value) -> [Value] {
        results[number] = value
        var ready: [Value] = []
        while let value = results.removeValue(forKey: given) {
            ready.append(value)
            given += 1
        }
        return ready
    }
}
