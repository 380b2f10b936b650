import APIClient
import Domain
import Foundation
import Journal
import Simulation
import Testing

@testable import Appliance

@Suite("Who may read the data directory")
struct AccessTests {
    private static let nobody: uid_t = 65534
    private static let asNobody = [
        "/usr/bin/setpriv", "--reuid", "\(nobody)", "--regid", "\(nobody)", "--clear-groups", "--",
    ]

    /// Only root makes files for others and takes rights away; and `nobody` must reach the built program.
    private static var playsTwoUsers: Bool {
        get throws {
            guard geteuid() == 0 else { return false }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: asNobody[0])
            process.arguments = try asNobody.dropFirst() + ["/usr/bin/test", "-x", BuiltExecutable.path()]
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }

    private let directory: TemporaryDirectory
    private let data: URL
    private let manual: URL

    init() throws {
        directory = try TemporaryDirectory()
        data = directory.url.appendingPathComponent("data")
        manual = directory.url.appendingPathComponent("press.csv")
        try Data("# machine_model: halden-sp200\n# language: en\nCode,Fault,Remedy\nP101,Pressure low,Check T1.\n".utf8)
            .write(to: manual)
    }

    private func andon(_ arguments: [String], before: [String] = []) async throws -> BuiltExecutable.Outcome {
        let command = try before + [BuiltExecutable.path(), "--data", data.path] + arguments
        let environment = ["ANDON_MODEL": "none", "ANDON_LANGUAGE": "en"]
        return try await BuiltExecutable.run(command, program: "/usr/bin/env", environment: environment)
    }

    private func owner(_ name: String) throws -> uid_t {
        var status = stat()
        try #require(lstat(data.appendingPathComponent(name).path, &status) == 0, "\(name)")
        return status.st_uid
    }

    @Test("whatever the umask, nobody else reads what a whole session leaves", arguments: ["000", "022", "077"])
    func modes(umask: String) async throws {
        let shell = ["/bin/sh", "-c", "umask \(umask); exec \"$@\"", "sh"]
        for _ in 1...2 {
            #expect(try await andon(["manual", "import", manual.path], before: shell).status == 0)
        }
        let appliance = try ChildProcess(
            shell + ["/usr/bin/env", "ANDON_MODEL=none", BuiltExecutable.path(), "--data", data.path, "serve"],
            logFile: directory.url.appendingPathComponent("serve.log"))
        defer { appliance.stop() }
        try await eventually("the API's socket") {
            var status = stat()
            return lstat(data.appendingPathComponent("api.sock").path, &status) == 0 && status.st_mode & 0o777 == 0o660
        }
        #expect(try await andon(["ask", "P101", "--json"], before: shell).status == 0)
        let out = data.appendingPathComponent("exports/now.jsonl").path
        let export = try await andon(["journal", "export", "--out", out], before: shell)
        #expect(export.status == 0, "\(export.errors)")
        var seen: [String: mode_t] = ["": 0]
        let entries = try #require(FileManager.default.enumerator(atPath: data.path))
        for case let name as String in entries { seen[name] = 0 }
        for name in seen.keys.sorted() {
            var status = stat()
            guard lstat(data.appendingPathComponent(name).path, &status) == 0 else { continue }
            let mode = status.st_mode & 0o7777
            switch status.st_mode & S_IFMT {
            case S_IFDIR: #expect(mode == 0o750, "\(name)")
            case S_IFSOCK: #expect(mode == 0o660, "\(name)")
            default: #expect([0o640, 0o600, 0o440].contains(mode), "\(name): \(String(mode, radix: 8))")
            }
        }
        let expected = ["journal.sqlite", "journal.sqlite-wal", "library/000001.sqlite", "library/current", "api.sock"]
        for name in expected { #expect(seen[name] != nil, "\(name)") }
        let checked = try await andon(["doctor", "--json"], before: shell)
        #expect(checked.output.contains("closed to others"), "\(checked.output)")
    }

    @Test(
        "what root imports into the service's directory belongs to the service's user",
        .enabled(if: try playsTwoUsers, "only root makes files for others"))
    func rootImports() async throws {
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        try #require(chown(data.path, Self.nobody, Self.nobody) == 0)
        #expect(try await andon(["manual", "import", manual.path]).status == 0)
        #expect(try await andon(["ask", "P101"]).status == 0)
        for name in ["library", "library/current", "library/000001.sqlite", "library/lock", "models", "journal.sqlite"]
        {
            #expect(try owner(name) == Self.nobody, "\(name)")
        }
        let asked = try await andon(["ask", "P101", "--json"], before: Self.asNobody)
        #expect(asked.status == 0 && asked.output.contains(#""status":"extract""#), "\(asked.errors)\(asked.output)")
    }

    @Test(
        "a library that the service's user may not read is no empty one: commands say so, incidents wait until it is mended",
        .enabled(if: try playsTwoUsers, "only root can play the service's user"))
    func unreadable() async throws {
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let configuration = directory.url.appendingPathComponent("andon.yaml")
        try Data(
            """
            mqtt: { host: \(broker.host), port: \(broker.port), client_id: andon-access }
            machines:
              - { id: press-01, profile: generic-json, machine_model: halden-sp200, mqtt: { topic: plant/press-01 } }
            model: { file: none }

            """.utf8
        ).write(to: configuration)
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        try #require(chown(data.path, Self.nobody, Self.nobody) == 0)
        #expect(try await andon(["manual", "import", manual.path]).status == 0)
        // As an earlier version left it.
        let library = data.appendingPathComponent("library").path
        try #require(chown(library, 0, 0) == 0)

        for command in [
            ["ask", "P101"], ["search", "P101"], ["manual", "list"], ["manual", "rollback"],
            ["manual", "import", manual.path],
        ] {
            let refused = try await andon(command, before: Self.asNobody)
            #expect([65, 69].contains(refused.status), "\(command): \(refused.status)")
            #expect(refused.output.isEmpty)
            #expect(
                refused.errors.contains(library) && refused.errors.contains("Permission denied")
                    && refused.errors.contains("root:root, mode 0750"), "\(refused.errors)")
        }
        let checked = try await andon(["doctor"], before: Self.asNobody)
        #expect(checked.status == 69 && checked.output.contains("Permission denied"), "\(checked.output)")

        let log = directory.url.appendingPathComponent("serve.log")
        let appliance = try ChildProcess(
            Self.asNobody + [
                BuiltExecutable.path(), "--config", configuration.path, "--data", data.path, "serve",
            ], logFile: log)
        defer { appliance.stop() }
        func logged() -> String {
            String(decoding: FileManager.default.contents(atPath: log.path) ?? Data(), as: UTF8.self)
        }
        try await eventually("the subscription") { logged().contains("client_id=andon-access [Ingestion] MQTT up") }
        try await eventually("the refusal in the log") { logged().contains("incidents stay unanswered") }
        let publisher = try ChildProcess(
            [
                "/usr/bin/mosquitto_pub", "-h", broker.host, "-p", "\(broker.port)", "-q", "1", "-t", "plant/press-01",
                "-m",
                #"{"code":"P101"}"#,
            ], logFile: directory.url.appendingPathComponent("pub.log"))
        try await eventually("the publisher's end") { !publisher.isRunning }
        let journal = try EventJournal(path: data.appendingPathComponent("journal.sqlite").path, access: .readOnly)
        try await eventually("the incident") { try journal.incidents(.all, limit: 2).count == 1 }
        #expect(try journal.incidentsWithoutAnswer().count == 1)

        let mended = try await andon(["doctor", "--repair"])
        #expect(mended.output.contains("repaired: "), "\(mended.output)")
        try await eventually("the answer") { try journal.incidentsWithoutAnswer().isEmpty }
        let incident = try #require(try journal.incidents(.all, limit: 2).first)
        #expect(try journal.answer(of: incident.id)?.answer.status == .extract)
        #expect(logged().split(separator: "\n").count { $0.contains("incidents stay unanswered") } == 1)
    }
}
