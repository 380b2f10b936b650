import Domain
import Foundation
import Testing

@Suite("The commands, as another program calls them")
struct CommandTests {
    private static let press = """
        ---
        title: Test Press Manual
        machine_model: test-press
        language: en
        ---
        # Test Press Manual

        <!-- page 7 -->
        ## Alarms

        > **WARNING** Lock the ram before you reach into the die space.

        | Code | Fault | Remedy |
        |---|---|---|
        | P101 | Pressure low | 1. Check the oil level in tank T1. 2. Set valve V3 to 12.5 MPa. |
        | P102 | Oil hot | 1. Clean cooler OC-1. |

        """

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The environment of a data directory with one manual; answers are extracts.
    private func plant() async throws -> [String: String] {
        let manual = directory.url.appendingPathComponent("press.md")
        try Data(Self.press.utf8).write(to: manual)
        let environment = [
            "ANDON_DATA": directory.url.appendingPathComponent("data").path, "ANDON_MODEL": "none",
            "ANDON_LANGUAGE": "en",
        ]
        let imported = try await BuiltExecutable.run(
            ["manual", "import", manual.path, "--json"], environment: environment)
        try #require(imported.status == 0, "\(imported.errors)")
        return environment
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("names and texts of files steer no terminal and forge no line, whatever command shows them")
    func hostileNames() async throws {
        let hostile = "\u{1B}[2J\u{9B}31m\u{202E}x\u{200B}\u{7F}\r"
        let manual = directory.url.appendingPathComponent("press\(hostile)\nerror: forged.md")
        try Data(
            Self.press.replacing("Pressure low", with: "Pressure \u{1B}]0;t\u{7}low\u{202E}")
                .replacing("the oil level", with: "the oil\u{1B}[8m level\u{2066}").utf8
        ).write(to: manual)
        let environment = [
            "ANDON_DATA": directory.url.appendingPathComponent("data").path, "ANDON_MODEL": "none",
            "ANDON_LANGUAGE": "en",
        ]
        let commands = [
            ["manual", "import", manual.path], ["manual", "list"], ["manual", "list", "--json"], ["ask", "P101"],
            ["ask", "P101", "--json"], ["search", "P101"], ["search", "pressure", "--json"],
            ["manual", "remove", hostile], ["manual", "import", "/nowhere/\(hostile)"], ["nothing\(hostile)"],
            ["ask", "P101", "--machine", hostile], ["model", "inspect", manual.path], ["incident", "show", hostile],
            ["--config", "/nowhere/\(hostile)", "manual", "list"],
        ]
        for command in commands {
            let result = try await BuiltExecutable.run(command, environment: environment)
            for text in [result.output, result.errors] {
                let raw = text.unicodeScalars.filter { $0 != "\n" && PrintableText.steers($0) }
                #expect(raw.isEmpty, "\(command): \(text.debugDescription)")
                #expect(!text.hasPrefix("error: forged") && !text.contains("\nerror: forged"), "\(command)")
            }
        }
    }

    @Test("ask answers with the passage's own steps when there is no model, cited with manual and page")
    func ask() async throws {
        let environment = try await plant()
        let result = try await BuiltExecutable.run(["ask", "p-101", "--json"], environment: environment)
        #expect(result.status == 0, "\(result.errors)")
        let answer = try Self.object(result.output)
        #expect(answer["status"] as? String == "extract")
        let steps = try #require(answer["steps"] as? [[String: Any]])
        #expect(
            steps.compactMap { $0["action"] as? String } == [
                "Check the oil level in tank T1.", "Set valve V3 to 12.5 MPa.",
            ])
        let citation = try #require((answer["citations"] as? [[String: Any]])?.first)
        #expect(citation["manual"] as? String == "press.md")
        #expect(citation["page"] as? Int == 7)
        let safety = try #require((answer["safety"] as? [[String: Any]])?.first)
        #expect(safety["signal_word"] as? String == "WARNING")
        #expect(safety["text"] as? String == "Lock the ram before you reach into the die space.")
        #expect(result.output.split(separator: "\n").count == 1, "stdout is one JSON document")
    }

    @Test("a code that is in no manual gets no guess")
    func unknownCode() async throws {
        let environment = try await plant()
        let result = try await BuiltExecutable.run(["ask", "P109", "--json"], environment: environment)
        let answer = try Self.object(result.output)
        #expect(answer["status"] as? String == "not_in_manuals")
        #expect((answer["steps"] as? [Any])?.isEmpty == true)
    }

    @Test("eval tells recall, abstention and failures of a question file")
    func evaluate() async throws {
        let environment = try await plant()
        let file = directory.url.appendingPathComponent("questions.jsonl")
        let lines = [
            #"{"query":"P101","machine_model":"test-press","expect":[{"manual":"press.md","code":"P101"}],"kind":"exact"}"#,
            #"{"query":"P109","machine_model":null,"expect":[],"kind":"absent"}"#,
            #"{"query":"油壓過低","machine_model":null,"expect":[{"manual":"press.md","code":"P102"}],"kind":"symptom"}"#,
        ]
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let result = try await BuiltExecutable.run(["eval", file.path, "--json"], environment: environment)
        #expect(result.status == 0, "\(result.errors)")
        let evaluation = try #require(try Self.object(result.output)["evaluation"] as? [String: Any])
        let overall = try #require(evaluation["overall"] as? [String: Any])
        #expect((overall["recall_at_1"] as? [String: Any])?["successes"] as? Int == 1)
        #expect((overall["abstention"] as? [String: Any])?["value"] as? Double == 1)
        #expect((evaluation["failures"] as? [Any])?.count == 1)
    }

    @Test("search gives the passage and how it was found, and abstains where nothing answers")
    func search() async throws {
        let environment = try await plant()
        let found = try await Self.object(
            BuiltExecutable.run(["search", "P102", "--json"], environment: environment).output)
        #expect(found["abstain"] as? Bool == false)
        let first = try #require((found["results"] as? [[String: Any]])?.first)
        #expect(first["match"] as? String == "code")
        #expect(first["page"] as? Int == 7)
        let nothing = try await Self.object(
            BuiltExecutable.run(["search", "quarterly tax return", "--json"], environment: environment).output)
        #expect(nothing["abstain"] as? Bool == true)
    }

    @Test(
        "usage errors end with 64, bad input with 65, a missing service with 69",
        arguments: [
            (["frobnicate"], 64), (["search", "x", "--limit", "0"], 64),
            (["model", "inspect", "/nonexistent.gguf"], 65), (["incident", "list"], 65),
            (["eval", "/nonexistent.jsonl"], 65),
            (["--config", "/nonexistent.yaml", "ask", "P101"], 65),
        ] as [([String], Int32)])
    func exitCodes(arguments: [String], status: Int32) async throws {
        let result = try await BuiltExecutable.run(
            arguments, environment: ["ANDON_DATA": directory.url.path, "ANDON_MODEL": "none"])
        #expect(result.status == status, "\(result.errors)")
        #expect(!result.errors.isEmpty)
        #expect(result.output.isEmpty, "results alone go to stdout")
    }

    @Test("a wrong configuration is named with file, line and expectation")
    func configuration() async throws {
        let file = directory.url.appendingPathComponent("andon.yaml")
        try Data("site: a\nmachines:\n  - { id: press-01, profile: no-such-profile }\n".utf8).write(to: file)
        let result = try await BuiltExecutable.run(
            ["--config", file.path, "--data", directory.url.path, "ask", "P101"])
        #expect(result.status == 65)
        #expect(result.errors.contains("no-such-profile"))
    }

    @Test("a CSV with ragged rows is refused with its line, and the library stays as it was")
    func raggedCSV() async throws {
        let environment = try await plant()
        let file = directory.url.appendingPathComponent("faults.csv")
        try Data("# machine_model: x\n# language: en\n# title: X\ncode,fault,remedy\nA1,b,c\nA2,b,c,d,e\n".utf8).write(
            to: file)
        let result = try await BuiltExecutable.run(["manual", "import", file.path], environment: environment)
        #expect(result.status == 65)
        #expect(result.errors.contains("faults.csv:6"))
        let list = try await BuiltExecutable.run(["manual", "list", "--json"], environment: environment)
        #expect(list.output.contains("press.md") && !list.output.contains("faults.csv"))
    }
}
