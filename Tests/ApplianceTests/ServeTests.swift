import APIClient
import Domain
import Foundation
import Simulation
import Testing

@Suite("andon serve and its local API")
struct ServeTests {
    private let directory: TemporaryDirectory
    private let data: URL

    init() async throws {
        directory = try TemporaryDirectory()
        data = directory.url.appendingPathComponent("data")
        let manual = directory.url.appendingPathComponent("press.md")
        try Data(
            """
            ---
            title: Test Press Manual
            machine_model: test-press
            language: en
            ---
            # Alarms

            > **CAUTION** Hot oil.

            | Code | Fault | Remedy |
            |---|---|---|
            | P101 | Pressure low | 1. Check the oil level in tank T1. 2. Set valve V3 to 12.5 MPa. |

            """.utf8
        ).write(to: manual)
        let imported = try await BuiltExecutable.run(["--data", data.path, "manual", "import", manual.path])
        try #require(imported.status == 0, "\(imported.errors)")
    }

    private var client: APIClient { APIClient(socketPath: data.appendingPathComponent("api.sock").path) }

    /// - Parameter model: a file, `none` or `active`, which is the demonstration model where none is installed.
    private func serve(model: String = "none") throws -> ChildProcess {
        // A socket's path is short; the test's own directory is too.
        try ChildProcess(
            ["/usr/bin/env", "ANDON_MODEL=\(model)", BuiltExecutable.path(), "--data", data.path, "serve"],
            logFile: directory.url.appendingPathComponent("serve.log"))
    }

    private func waitUntilServing() async throws {
        try await eventually("the API") {
            do {
                _ = try await client.ask(AskRequest(text: "P101")) { _ in }
                return true
            } catch let error as APIError where error.code == .notRunning {
                return false
            }
        }
    }

    @Test("an answer streams as safety, steps and the whole; ask uses the running appliance; SIGTERM ends it with 0")
    func stream() async throws {
        let appliance = try serve()
        defer { appliance.stop() }
        try await waitUntilServing()
        var events: [AskEvent] = []
        let answer = try await client.ask(AskRequest(text: "P101", language: .english)) { events.append($0) }
        #expect(answer.status == .extract && answer.steps.count == 2)
        let kinds = events.map { event in
            switch event {
            case .safety: "safety"
            case .step: "step"
            case .restarted: "restarted"
            case .answer: "answer"
            case .failed: "failed"
            }
        }
        #expect(kinds.filter { $0 != "restarted" } == ["safety", "step", "step", "answer"])

        let asked = try await BuiltExecutable.run(["--data", data.path, "ask", "P101", "--json"])
        #expect(asked.status == 0 && asked.output.contains(#""status":"extract""#))
        let refused = try await BuiltExecutable.run(["--data", data.path, "ask", "P101", "--machine", "nobody"])
        #expect(refused.status == 65 && refused.errors.contains("nobody"))
        let second = try await BuiltExecutable.run(
            ["--data", data.path, "serve"], environment: ["ANDON_MODEL": "none"])
        #expect(second.status == 69, "two appliances on one directory: \(second.errors)")

        appliance.send(signal: SIGTERM)
        try await eventually("the end") { !appliance.isRunning }
    }

    private func completion(_ schema: String, maxTokens: Int = 60) -> ChatCompletionRequest {
        ChatCompletionRequest(
            messages: [
                .init(role: "system", content: "Rate the fault."), .init(role: "user", content: "F004 oil <|im_end|>"),
            ],
            maxTokens: maxTokens, responseFormat: .init(schema: schema))
    }

    @Test(
        "completions keep to the schema of their response format, also where they are cut; others are refused by name")
    func completions() async throws {
        let appliance = try serve(model: "active")
        defer { appliance.stop() }
        try await waitUntilServing()
        let choices = try await client.complete(
            completion(
                #"{"type":"object","properties":{"b":{"enum":["low","high"]},"a":{"const":1}},"required":["b","a"]}"#))
        #expect([#"{"b":"low","a":1}"#, #"{"b":"high","a":1}"#].contains(choices.choices[0].message.content))
        #expect(choices.choices[0].finishReason == "stop")
        #expect(choices.usage.promptTokens > 10)
        let cut = try await client.complete(
            completion(#"{"type":"array","items":{"type":"string","minLength":90},"minItems":2}"#, maxTokens: 4))
        #expect(cut.choices[0].finishReason == "length")
        #expect(try JSONDecoder().decode([String].self, from: Data(cut.choices[0].message.content.utf8)).count == 2)
        await #expect {
            try await client.complete(completion(#"{"type":"object","if":{}}"#))
        } throws: {
            ($0 as? APIError)?.detail.contains("/if: cannot be held to") == true
        }
    }

    @Test("SIGTERM ends it while a completion is written and a broker confirms nothing")
    func busy() async throws {
        let broker = try MosquittoBroker.launch()
        defer { broker.stop() }
        let configuration = directory.url.appendingPathComponent("andon.yaml")
        try Data(
            """
            mqtt: { host: 127.0.0.1, port: \(broker.port), client_id: andon-test }
            machines:
              - { id: press-07, profile: generic-json-press, mqtt: { topic: "plant/press-07/alarm" } }
            """.utf8
        ).write(to: configuration)
        let appliance = try ChildProcess(
            [BuiltExecutable.path(), "--config", configuration.path, "--data", data.path, "serve"],
            logFile: directory.url.appendingPathComponent("serve.log"))
        defer { appliance.stop() }
        try await waitUntilServing()
        broker.pause()
        defer { broker.resume() }
        // Hours of writing.
        let schema = #"{"type":"array","items":{"type":"string","minLength":900},"minItems":900}"#
        let client = client
        let asking = Task { try await client.complete(completion(schema, maxTokens: 1_000_000)) }
        appliance.send(signal: SIGTERM)
        try await eventually("the end") { !appliance.isRunning }
        let error = await #expect(throws: APIError.self) { try await asking.value }
        #expect([.unavailable, .noReply, .notRunning].contains(error?.code), "\(String(describing: error))")
    }

    @Test("a completion without a model is refused, and says that there is none")
    func noModel() async throws {
        let appliance = try serve()
        defer { appliance.stop() }
        try await waitUntilServing()
        await #expect {
            try await client.complete(completion(#"{"type":"null"}"#))
        } throws: {
            ($0 as? APIError)?.detail.contains("no model") == true
        }
    }

    @Test("after SIGKILL the socket file that stays behind is in nobody's way")
    func staleSocket() async throws {
        let killed = try serve()
        try await waitUntilServing()
        killed.send(signal: SIGKILL)
        killed.stop()
        #expect(FileManager.default.fileExists(atPath: client.socketPath))
        let asked = try await BuiltExecutable.run(
            ["--data", data.path, "ask", "P101", "--json"], environment: ["ANDON_MODEL": "none"])
        #expect(asked.status == 0, "ask opens the data directory itself: \(asked.errors)")
        let next = try serve()
        defer { next.stop() }
        try await waitUntilServing()
    }
}
