import APIClient
import Logging
import Testing

@testable import Appliance

@Suite("The local API")
struct LocalAPITests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Runs an API whose completions are made by `complete` while `body` talks to it.
    private func serving(
        _ complete: @escaping LocalAPI.Complete, _ body: (APIClient) async throws -> Void
    ) async throws {
        let path = directory.url.appendingPathComponent("api.sock").path
        let api = LocalAPI(
            socketPath: path, ask: { _, _ in throw CancellationError() }, complete: complete, lines: { [] },
            reset: { _ in throw CancellationError() },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let service = try api.makeService()
        let running = Task { try await service.run() }
        let client = APIClient(socketPath: path)
        try await eventually("the API") { await client.isServing() }
        try await body(client)
        running.cancel()
        _ = await running.result
    }

    private static let request = ChatCompletionRequest(
        messages: [.init(role: "user", content: "x")], maxTokens: 9, responseFormat: .init(schema: "{}"))

    @Test("a completion whose client goes away is cancelled")
    func goneClient() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let (cancelled, cancel) = AsyncStream.makeStream(of: Void.self)
        // Ends with the task that reads it.
        let (never, hold) = AsyncStream.makeStream(of: Void.self)
        defer { hold.finish() }
        try await serving { _ in
            begin.yield()
            for await _ in never {}
            cancel.yield()
            throw CancellationError()
        } _: { client in
            let asking = Task { try await client.complete(Self.request) }
            for await _ in begun { break }
            asking.cancel()
            for await _ in cancelled { break }
            await #expect(throws: (any Error).self) { try await asking.value }
        }
    }

    @Test("a document that is too long for the model is told apart from one that is refused")
    func tooLarge() async throws {
        let long = ChatCompletionRequest(
            messages: [.init(role: "user", content: String(repeating: "x", count: CompletionRequest.bodyBytesLimit))],
            maxTokens: 9, responseFormat: .init(schema: "{}"))
        try await serving { _ in
            throw ApplianceError(.model, "none here")
        } _: { client in
            for (request, code) in [(Self.request, APIError.Code.refused), (long, .tooLarge)] {
                await #expect {
                    try await client.complete(request)
                } throws: {
                    ($0 as? APIError)?.code == code
                }
            }
        }
    }
}
