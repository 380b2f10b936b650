import Domain
import Foundation
import Simulation
import Testing

@Suite("andon demo")
struct DemonstrationTests {
    @Test("every scene ends as it must, the model writes at least four answers, and each has its citations")
    func json() async throws {
        let result = try await BuiltExecutable.run(["demo", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let answers = try result.output.split(separator: "\n").map {
            try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
        }
        #expect(answers.count == 7)
        #expect(answers.filter { $0.status == .answered }.count >= 4, "\(answers.map(\.status))")
        #expect(answers.filter { $0.status == .ambiguous }.count == 1)
        #expect(answers.filter { $0.status == .notInManuals }.count == 1)
        for answer in answers where !answer.steps.isEmpty {
            let cited = Set(answer.citations.map(\.id))
            #expect(answer.steps.allSatisfy { !$0.cite.isEmpty && cited.isSuperset(of: $0.cite) })
            #expect(answer.citations.allSatisfy { $0.page != nil })
            #expect(answer.steps.map(\.n) == Array(1...answer.steps.count))
        }
        let injected = try #require(answers.first { $0.machine?.rawValue == "cnc-01" })
        #expect(!injected.steps.contains { $0.action.contains("guard") || $0.action.contains("Ignore") })
    }

    @Test("Ctrl-C in the middle leaves no process and no file behind", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) async throws {
        let directory = try TemporaryDirectory()
        let temporary = directory.url.appendingPathComponent("tmp")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        let log = directory.url.appendingPathComponent("demo.log")
        let demo = try ChildProcess(
            ["/usr/bin/env", "TMPDIR=\(temporary.path)", BuiltExecutable.path(), "demo"], logFile: log)
        defer { demo.stop() }
        try await eventually("the first scene") {
            String(decoding: FileManager.default.contents(atPath: log.path) ?? Data(), as: UTF8.self).contains("[1/9]")
        }
        #expect(try Self.processes(naming: temporary.path) > 0, "the broker runs in the temporary directory")
        demo.send(signal: signal)
        try await eventually("the end") { !demo.isRunning }
        try await eventually("the broker's end") { try Self.processes(naming: temporary.path) == 0 }
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path) == [])
    }

    /// How many processes have the text in their command line.
    private static func processes(naming text: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.first?.hasSuffix("mosquitto") == true && words.contains { $0.contains(text) }
        }.count
    }
}
