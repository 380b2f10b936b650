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

    @Test(
        "Ctrl-C leaves no process and no file behind, while all is being set up and in the middle of an answer",
        arguments: [(SIGINT, ""), (SIGTERM, "[3/9]")])
    func interrupted(signal: Int32, when mark: String) async throws {
        let directory = try TemporaryDirectory()
        let temporary = directory.url.appendingPathComponent("tmp")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        let log = directory.url.appendingPathComponent("demo.log")
        let demo = try ChildProcess(
            ["/usr/bin/env", "TMPDIR=\(temporary.path)", BuiltExecutable.path(), "demo"], logFile: log)
        defer { demo.stop() }
        let path = temporary.path
        // Off the pool, so that the signal comes while the demonstration plays, however busy the other tests are.
        let isOver = try await offPool {
            func hasCome() throws -> Bool {
                try Self.processes(naming: path) > 0 && (mark.isEmpty || Self.text(of: log).contains(mark))
            }
            while try demo.isRunning && !hasCome() { usleep(2000) }
            let wasRunning = demo.isRunning
            demo.send(signal: signal)
            let deadline = ContinuousClock.now + .seconds(60)
            while try demo.isRunning || Self.processes(naming: path) > 0 {
                guard ContinuousClock.now < deadline else { return false }
                usleep(2000)
            }
            return wasRunning
        }
        #expect(isOver, "signalled while it played, and gone within a minute: \(Self.text(of: log))")
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
    }

    private static func text(of file: URL) -> String {
        String(decoding: FileManager.default.contents(atPath: file.path) ?? Data(), as: UTF8.self)
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
