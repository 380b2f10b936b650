import APIClient
import Domain
import Foundation
import Ingestion
import Logging
import Simulation
import Synchronization
import Testing

@Suite("andon machine list, reset and resets")
struct MachineCommandTests {
    private let directory: TemporaryDirectory
    private let drive: ModbusSimulator
    private let broker: MosquittoBroker

    /// A plant of a drive that may be reset and a press behind a broker.
    init() throws {
        directory = try TemporaryDirectory()
        drive = try ModbusSimulator(firstRegister: 100, registerCount: 8)
        broker = try MosquittoBroker.launch()
        try layShare()
        let plant = """
            mqtt: { host: \(broker.host), port: \(broker.port), client_id: andon-machines }
            machines:
              - { id: drive-03, profile: test-drive, modbus: { host: \(drive.host), port: \(drive.port), unit: 3 } }
              - { id: press-07, profile: generic-json, machine_model: halden-sp200, mqtt: { topic: plant/press-07 } }
            model: { file: none }

            """
        try Data(plant.utf8).write(to: file("andon.yaml"))
    }

    private func file(_ name: String) -> URL { directory.url.appendingPathComponent(name) }

    /// What ships with Andon, with a profile more.
    private func layShare() throws {
        let source = URL(filePath: #filePath).appending(path: "../../../").standardizedFileURL
        let profiles = file("share/device-profiles/machines")
        try FileManager.default.createDirectory(at: profiles, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: source.appending(path: "device-profiles/machines/generic-json.yaml"),
            to: profiles.appending(path: "generic-json.yaml"))
        for (name, target) in [("demo", "packaging/demo"), ("config", "packaging/config")] {
            try FileManager.default.createSymbolicLink(
                at: file("share/\(name)"), withDestinationURL: source.appending(path: target))
        }
        let profile = """
            machine_model: test-drive
            source: the test
            modbus:
              response_timeout_ms: 200
              poll_ms: 50
              faults: [{ register: 100 }]
              reset: { register: 103, value: 4 }

            """
        try Data(profile.utf8).write(to: profiles.appending(path: "test-drive.yaml"))
    }

    private var common: [String] { ["--config", file("andon.yaml").path, "--data", directory.url.path] }

    private func run(_ arguments: String...) async throws -> BuiltExecutable.Outcome {
        try await BuiltExecutable.run(common + arguments, environment: ["ANDON_SHARE": file("share").path])
    }

    private func withAppliance(_ environment: [String] = [], _ body: () async throws -> Void) async throws {
        let appliance = try ChildProcess(
            ["/usr/bin/env", "ANDON_SHARE=\(file("share").path)"] + environment + [BuiltExecutable.path()] + common
                + ["serve"],
            logFile: file("serve.log"))
        defer { appliance.stop() }
        let client = APIClient(socketPath: file("api.sock").path)
        try await eventually("the lines are up") {
            let lines = try? await client.lines()
            return lines?.count == 2 && lines?.allSatisfy { $0.state == .up } == true
        }
        try await body()
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]], "\(text)")
    }

    @Test("machines are listed with the state of their lines, which nobody knows without an appliance")
    func list() async throws {
        let before = try await run("machine", "list")
        #expect(before.status == 0 && before.errors.contains("no appliance is running"), "\(before.errors)")
        #expect(before.output.contains("press-07  halden-sp200  generic-json  plant/press-07  unknown"))
        try await withAppliance {
            let rows = try objects(try await run("machine", "list", "--json").output)
            #expect(rows.map { $0["machine"] as? String } == ["drive-03", "press-07", nil])
            #expect(rows.map { ($0["line"] as? [String: Any])?["state"] as? String } == ["up", "up", "up"])
            drive.behave(.mute)
            broker.stop()
            try await eventually("both are lost") {
                try await run("machine", "list").output.components(separatedBy: "DEGRADED").count == 4
            }
            let after = try await run("machine", "list").output
            #expect(
                after.contains("    \(drive.host):\(drive.port)/3 sent no complete reply within 200 ms"), "\(after)")
        }
    }

    @Test("a wall clock that jumps back a minute, ten years, or ahead stops neither polling nor reconnecting")
    func steppedClock() async throws {
        let clock = try SteppedClock(in: directory.url)
        try await withAppliance(["LD_PRELOAD=\(clock.library)"]) {
            let client = APIClient(socketPath: file("api.sock").path)
            func line(_ machine: String?) async throws -> LinkStatus? {
                try await client.lines().first { $0.machine?.rawValue == machine }
            }
            for seconds in [-60, -315_360_000, 34_560_000] {
                try clock.set(seconds: seconds)
                let before = try await line("drive-03")?.contacts ?? 0
                try await eventually(within: .seconds(30), "it is polled after \(seconds) s") {
                    try await line("drive-03")?.contacts ?? 0 > before + 5
                }
                broker.stop()
                try await eventually("the loss is noticed") { try await line(nil)?.state == .degraded }
                try clock.set(seconds: seconds - 60)
                try broker.start()
                try await eventually(within: .seconds(50), "it reconnects after \(seconds) s") {
                    try await line(nil)?.state == .up
                }
            }
        }
    }

    @Test("doctor says what is wrong, and leaves the appliance's presence as it was")
    func doctor() async throws {
        try await withAppliance {
            let outcome = try await run("doctor", "--json")
            #expect(outcome.output.contains("message_size_limit"), "\(outcome.output)")
            let seen = Seen()
            let watcher = try MQTTConnection(
                settings: MQTTSettings(host: broker.host, port: broker.port, clientID: "watcher", cleanSession: true),
                filters: ["andon/status/+"], handlers: .init(messages: { seen.add($0) }),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            watcher.start()
            defer { watcher.stop() }
            try await eventually("presence comes") { seen.payloads.count == 1 }
            #expect(seen.payloads == [#"{"client":"andon-machines","state":"up"}"#])
        }
    }

    @Test("what cannot be read is listed with where it came from, why, and its head with controls escaped")
    func unreadable() async throws {
        try await withAppliance {
            let gateway = try MQTTConnection(
                settings: MQTTSettings(host: broker.host, port: broker.port, clientID: "gateway", cleanSession: true),
                filters: [], handlers: .init(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            gateway.start()
            defer { gateway.stop() }
            try await eventually("the gateway is there") { gateway.isConnected }
            try await gateway.publish(topic: "plant/press-07", payload: Data("\u{1B}[2J not json".utf8))
            try await eventually("it is counted") {
                try await run("machine", "list").output.contains("1 unreadable")
            }
        }
        let rows = try objects(try await run("event", "list", "--unreadable", "--json").output)
        #expect(rows.count == 1 && rows[0]["place"] as? String == "plant/press-07")
        #expect(rows[0]["head"] as? String == #"\u{1B}[2J not json"#)
        #expect((rows[0]["reason"] as? String)?.hasPrefix("expected JSON") == true)
        let text = try await run("event", "list", "--unreadable").output
        #expect(text.contains("press-07  plant/press-07  unreadable  13 bytes") && !text.contains("\u{1B}"), "\(text)")
        #expect(try await run("doctor").output.contains("event list --unreadable"))
    }

    @Test("a machine is reset by its name alone, once, and it is known who did it and what came of it")
    func reset() async throws {
        let without = try await run("machine", "reset", "drive-03", "--confirm", "drive-03")
        #expect(without.status == 69 && without.errors.contains("no appliance"), "\(without.errors)")
        try await withAppliance {
            for arguments in [
                ["drive-03", "--confirm", "drive-3"], ["drive-03"], ["press-07", "--confirm", "press-07"],
            ] {
                let refused = try await BuiltExecutable.run(
                    common + ["machine", "reset"] + arguments, environment: ["ANDON_SHARE": file("share").path])
                #expect(refused.status == 65, "\(refused.errors)")
            }
            #expect(drive.writes.isEmpty)
            let done = try await run("machine", "reset", "drive-03", "--confirm", "drive-03", "--by", "林")
            #expect(done.status == 0 && done.output.contains("drive-03  by 林  done"), "\(done.output)\(done.errors)")
            #expect(drive.writes == [.init(function: 6, register: 103, value: 4)])
            drive.behave(.mute)
            let unknown = try await run(
                "machine", "reset", "drive-03", "--confirm", "drive-03", "--by", "Chen", "--json")
            #expect(unknown.status == 69 && unknown.output.contains(#""outcome":"unknown""#), "\(unknown.output)")
            #expect(drive.writes.count == 2)
        }
        let resets = try objects(try await run("machine", "resets", "drive-03", "--json").output)
        #expect(resets.map { $0["by"] as? String } == ["Chen", "林"])
        #expect(resets.map { $0["outcome"] as? String } == ["unknown", "done"])
        #expect(try await run("machine", "resets", "press-07").output == "No machine was reset.\n")
    }

    @Test("the appliance itself refuses an order that is not confirmed by the machine's name")
    func confirmation() async throws {
        try await withAppliance {
            let client = APIClient(socketPath: file("api.sock").path)
            for (machine, confirmation) in [
                ("drive-03", "yes"), ("drive-03", ""), ("press-07", "press-07"), ("x", "x"),
            ] {
                let error = await #expect(throws: APIError.self) {
                    try await client.reset(
                        ResetRequest(machine: .init(rawValue: machine), confirmation: confirmation, by: "Lin"))
                }
                #expect(error?.code == .refused)
            }
        }
        #expect(drive.writes.isEmpty)
        #expect(try await run("machine", "resets").output == "No machine was reset.\n")
    }
}

private final class Seen: Sendable {
    private let messages = Mutex<[MQTTMessage]>([])
    func add(_ more: [MQTTMessage]) { messages.withLock { $0 += more } }
    var payloads: [String] { messages.withLock { $0.map { String(decoding: $0.payload, as: UTF8.self) } } }
}
