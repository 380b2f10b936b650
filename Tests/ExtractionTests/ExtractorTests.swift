import Synchronization
import TestSupport
import Testing
import Tokenization

@testable import Extraction

@Suite("turning documents into records")
struct ExtractorTests {
    private static let schema = #"{"type":["string","null"],"x-verbatim":true}"#

    /// Gives documents one after another.
    private actor Source {
        private var documents: ArraySlice<SourceDocument>

        init(_ texts: [String]) {
            documents = texts.enumerated().map { SourceDocument(line: $0 + 1, content: .text($1)) }[...]
        }

        func next() -> SourceDocument? { documents.popFirst() }
    }

    /// Lets one document through at a time, in an order of its own.
    private final class Gate: Sendable {
        private let state = Mutex((waiting: [CheckedContinuation<Void, Never>](), most: 0))

        var waitingCount: Int { state.withLock { $0.waiting.count } }
        var most: Int { state.withLock { $0.most } }

        func pass() async {
            await withCheckedContinuation { continuation in
                state.withLock {
                    $0.waiting.append(continuation)
                    $0.most = max($0.most, $0.waiting.count)
                }
            }
        }

        /// Lets any one through of those that wait.
        func release(using random: inout some RandomNumberGenerator) {
            let one = state.withLock { state in
                state.waiting.isEmpty
                    ? nil : state.waiting.remove(at: Int.random(in: state.waiting.indices, using: &random))
            }
            one?.resume()
        }
    }

    @Test("sixteen at once, in whatever order they are done, records come in the order of the documents")
    func order() async throws {
        let texts = (0..<100).map { "document \($0)" }
        let gate = Gate()
        let isDone = Mutex(false)
        let opener = Task {
            var random = SeededGenerator(seed: testSeed("order of records"))
            while !isDone.withLock({ $0 }) {
                gate.release(using: &random)
                await Task.yield()
            }
        }
        let extractor = Extractor(task: try ExtractionTask(schema: Self.schema)) { messages, _ in
            await gate.pass()
            return RecordText(json: "\"\(messages.last?.content ?? "")\"", isTruncated: false)
        }
        var lines: [String] = []
        let source = Source(texts)
        try await extractor.run(next: { await source.next() }) { lines.append($0.recordLine) }
        isDone.withLock { $0 = true }
        await opener.value
        #expect(lines == texts.map { "\"\($0)\"" })
        #expect(gate.most <= Extractor.width)
    }

    @Test("what goes wrong with one document is its own line; what goes wrong with the model ends all")
    func failures() async throws {
        struct Gone: Error {}
        let extractor = Extractor(task: try ExtractionTask(schema: Self.schema)) { messages, _ in
            switch messages.last?.content {
            case "long": throw DocumentRefusal("too long")
            case "gone": throw Gone()
            case "lie": return RecordText(json: #""truth""#, isTruncated: true)
            default: return RecordText(json: "null", isTruncated: false)
            }
        }
        var seen: [Extraction] = []
        let source = Source(["a", "long", "lie"])
        try await extractor.run(next: { await source.next() }) { seen.append($0) }
        #expect(
            seen.map(\.detailedLine) == [
                #"{"line":1,"record":null,"not_verbatim":[],"truncated":false}"#,
                #"{"line":2,"record":null,"error":"too long"}"#,
                #"{"line":3,"record":null,"not_verbatim":[""],"truncated":true}"#,
            ])
        #expect(seen.map(\.recordLine) == ["null", "null", "null"])
        #expect(seen.map(\.notes.count) == [0, 1, 2])
        let broken = Source(["a", "gone"])
        await #expect(throws: Gone.self) { try await extractor.run(next: { await broken.next() }) { _ in } }
    }

    @Test("a record comes as soon as it is done, while the next document is waited for")
    func follows() async throws {
        let extractor = Extractor(task: try ExtractionTask(schema: Self.schema)) { _, _ in
            RecordText(json: "null", isTruncated: false)
        }
        let (input, more) = AsyncStream.makeStream(of: SourceDocument.self)
        more.yield(SourceDocument(line: 1, content: .text("a")))
        var lines: [Int] = []
        let source = StreamSource(input)
        try await extractor.run(next: { await source.next() }) { extraction in
            lines.append(extraction.line)
            if extraction.line == 3 {
                more.finish()
            } else {
                more.yield(SourceDocument(line: extraction.line + 1, content: .text("b")))
            }
        }
        #expect(lines == [1, 2, 3])
    }

    private actor StreamSource {
        private let stream: AsyncStream<SourceDocument>

        init(_ stream: AsyncStream<SourceDocument>) { self.stream = stream }

        func next() async -> SourceDocument? {
            for await document in stream { return document }
            return nil
        }
    }
}
