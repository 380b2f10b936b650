import APIClient
import Domain
import Foundation
import Simulation
import Testing

@testable import Appliance

@Suite("One appliance on a data directory")
struct ServingLockTests {
    private let directory: TemporaryDirectory
    private let data: URL

    init() throws {
        directory = try TemporaryDirectory()
        data = directory.url.appendingPathComponent("data")
    }

    private func serve(_ name: String) throws -> ChildProcess {
        try ChildProcess(
            ["/usr/bin/env", "ANDON_MODEL=none", BuiltExecutable.path(), "--data", data.path, "serve"],
            logFile: directory.url.appendingPathComponent(name))
    }

    private func log(_ name: String) -> String {
        let bytes = FileManager.default.contents(atPath: directory.url.appendingPathComponent(name).path)
        return String(decoding: bytes ?? Data(), as: UTF8.self)
    }

    private func isServing() async throws -> Bool {
        do {
            _ = try await APIClient(socketPath: data.appendingPathComponent("api.sock").path).lines()
            return true
        } catch let error as APIError where error.code == .notRunning {
            return false
        }
    }

    @Test("of two that start at once exactly one runs, twenty times; the next starts at once after a SIGKILL")
    func twoAtOnce() async throws {
        for round in 1...20 {
            let names = ["\(round)-a.log", "\(round)-b.log"]
            let both = try names.map(serve)
            defer { for one in both { one.stop() } }
            try await eventually("the end of one") { both.contains { !$0.isRunning } }
            let left = try #require(both.firstIndex { !$0.isRunning })
            let running = both[1 - left]
            try await eventually("the API of the other") { try await isServing() }
            #expect(running.isRunning, "\(log(names[1 - left]))")
            #expect(
                log(names[left]).contains("an appliance runs there already (process \(running.processID) holds"),
                "\(log(names[left]))")
            let asked = try await BuiltExecutable.run(["--data", data.path, "manual", "list", "--json"])
            #expect(asked.status == 0, "commands work beside it: \(asked.errors)")
            running.send(signal: SIGKILL)
        }
    }

    @Test(
        "the second one's exit code is 69; a lock without a holder, a file or a link of that name, is in nobody's way")
    func holders() async throws {
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let lock = DataDirectory(root: data).lockFile
        try Data("4711\n".utf8).write(to: lock)
        do {
            let held = try ServingLock(DataDirectory(root: data))
            let second = try await BuiltExecutable.run(
                ["--data", data.path, "serve"], environment: ["ANDON_MODEL": "none"])
            #expect(second.status == 69 && second.errors.contains("process \(getpid())"), "\(second.errors)")
            withExtendedLifetime(held) {}
        }
        _ = try ServingLock(DataDirectory(root: data))
        try FileManager.default.removeItem(at: lock)
        let precious = directory.url.appendingPathComponent("precious")
        try Data("precious".utf8).write(to: precious)
        try FileManager.default.createSymbolicLink(at: lock, withDestinationURL: precious)
        #expect(throws: ApplianceError.self) { try ServingLock(DataDirectory(root: data)) }
        #expect(try String(contentsOf: precious, encoding: .utf8) == "precious")
    }
}
