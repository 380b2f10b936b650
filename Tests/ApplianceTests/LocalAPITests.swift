import APIClient
import Domain
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Appliance

@Suite("The local API")
struct LocalAPITests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var path: String { directory.url.appendingPathComponent("api.sock").path }

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func api(
        ask: @escaping LocalAPI.Ask = { _, _ in throw CancellationError() },
        complete: @escaping LocalAPI.Complete = { _ in throw CancellationError() },
        reset: @escaping LocalAPI.Reset = { _ in throw CancellationError() }
    ) -> LocalAPI {
        LocalAPI(
            socketPath: path, ask: ask, complete: complete, lines: { [] }, reset: reset, logger: Self.quiet)
    }

    /// Runs an API while `body` talks to it, and has it stop then.
    private func serving(_ api: LocalAPI, _ body: (APIClient) async throws -> Void) async throws {
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: try api.makeService())], logger: Self.quiet))
        let running = Task { try await group.run() }
        let client = APIClient(socketPath: path)
        try await eventually("the API") { await client.isServing() }
        do {
            try await body(client)
        } catch {
            running.cancel()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running.value
    }

    private func serving(
        _ complete: @escaping LocalAPI.Complete, _ body: (APIClient) async throws -> Void
    ) async throws {
        try await serving(api(complete: complete), body)
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
            for (request, code) in [(Self.request, APIError.Code.unavailable), (long, .tooLarge)] {
                await #expect {
                    try await client.complete(request)
                } throws: {
                    ($0 as? APIError)?.code == code
                }
            }
        }
    }

    @Test("of thousands of requests from several clients at once each is carried out once and answered")
    func manyAtOnce() async throws {
        let done = Atomic(0)
        let reset = MachineReset(
            id: 1, machine: MachineID(rawValue: "m"), by: "x", at: .now, outcome: .done, reason: nil)
        let api = api(reset: { _ in
            done.wrappingAdd(1, ordering: .relaxed)
            return reset
        })
        try await serving(api) { client in
            let answered = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var count = 0
                        for _ in 0..<500 {
                            let order = ResetRequest(machine: reset.machine, confirmation: "m", by: "x")
                            if try await client.reset(order).outcome == .done { count += 1 }
                        }
                        return count
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(answered == 2000)
            #expect(done.load(ordering: .relaxed) == 2000)
        }
    }

    @Test("an appliance that stops waits for no completion and no question, and says so to whoever asked")
    func stopping() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        @Sendable func never() async throws {
            begin.yield()
            // Ends with the task that waits.
            try await Task.sleep(for: .seconds(1_000_000))
        }
        let api = api(
            ask: { _, _ in
                try await never()
                throw CancellationError()
            },
            complete: { _ in
                try await never()
                throw CancellationError()
            })
        var asking: [Task<String, Never>] = []
        try await serving(api) { client in
            let requests: [@Sendable () async throws -> Void] = [
                { _ = try await client.complete(Self.request) },
                { _ = try await client.ask(AskRequest(text: "F1")) { _ in } },
            ]
            for request in requests {
                asking.append(
                    Task {
                        do {
                            try await request()
                            return "answered"
                        } catch {
                            return "\(error)"
                        }
                    })
            }
            var count = 0
            for await _ in begun {
                count += 1
                if count == requests.count { break }
            }
        }
        var errors: [String] = []
        for task in asking { errors.append(await task.value) }
        #expect(errors.count == 2 && errors.allSatisfy { $0.contains("the appliance is stopping") }, "\(errors)")
    }

    @Test("a completion's answer says that its connection closes; others keep it for the next request")
    func connections() async throws {
        let completion = Completion(text: "{}", isTruncated: false, promptTokens: 1, completionTokens: 1, model: "m")
        let api = api(ask: { _, _ in throw ApplianceError(.question, "none") }, complete: { _ in completion })
        try await serving(api) { _ in
            let path = path
            let (one, two, refused) = try await offPool {
                let body = #"{"messages":[{"role":"user","content":"x"}]}"#
                func request(_ route: String, _ body: String) -> String {
                    "POST /v1/\(route) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                }
                func completed(_ body: String) throws -> String {
                    let socket = try RawSocket(connectingTo: path)
                    socket.send(request("chat/completions", body))
                    // To the end of the connection.
                    return socket.read()
                }
                let asking = try RawSocket(connectingTo: path)
                var streams: [String] = []
                for _ in 0..<2 {
                    asking.send(request("ask", #"{"text":"F1"}"#))
                    streams.append(asking.read(until: "0\r\n\r\n"))
                }
                return (try completed(body), streams, try completed("{"))
            }
            #expect(one.hasPrefix("HTTP/1.1 200") && one.lowercased().contains("connection: close"), "\(one)")
            #expect(
                refused.hasPrefix("HTTP/1.1 400") && refused.lowercased().contains("connection: close"), "\(refused)")
            #expect(two.allSatisfy { $0.hasPrefix("HTTP/1.1 200") && $0.contains("none") }, "\(two)")
        }
    }

    @Test("who opens connections and says nothing, or never ends a request, shuts nobody out")
    func idleConnections() async throws {
        var api = api()
        api.connections = APIConnections(limit: 16)
        api.bodyTimeLimit = .milliseconds(50)
        api.idleLimit = .milliseconds(50)
        let connections = api.connections
        try await serving(api) { client in
            let path = path
            let idle = try await offPool { try (0..<200).map { _ in try RawSocket(connectingTo: path) } }
            #expect(try await client.lines().isEmpty)
            try await eventually("room") { connections.count <= 16 }
            try await eventually("the end of what is idle") { connections.count == 0 }
            let slow = try await offPool { () -> [String] in
                let head = try RawSocket(connectingTo: path)
                head.send("POST /v1/ask HTTP/1.1\r\nHost: ")
                let body = try RawSocket(connectingTo: path)
                body.send("POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{")
                // To the end of each connection.
                return [head.read(), body.read()]
            }
            #expect(slow.allSatisfy { !$0.hasPrefix("HTTP/1.1 200") })
            #expect(idle.count == 200)
        }
    }
}
