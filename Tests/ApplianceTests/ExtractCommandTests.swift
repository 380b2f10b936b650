import Foundation
import Testing

@testable import Appliance

@Suite("andon extract, as another program calls it")
struct ExtractCommandTests {
    private static let schema = """
        {"type":"object","required":["code","level"],"properties":{"code":{"type":["string","null"],"maxLength":8,
        "x-verbatim":true},"level":{"enum":["low","high"]}}}
        """
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = directory.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    private func extract(_ arguments: [String], _ input: String) async throws -> BuiltExecutable.Outcome {
        let data = directory.url.appendingPathComponent("data").path
        return try await BuiltExecutable.run(
            ["--data", data, "extract"] + arguments, input: try file("input.txt", input))
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test("each line gives a record of the schema, in order, with words of the line in its verbatim fields")
    func lines() async throws {
        let schema = try file("schema.json", Self.schema)
        let lines = ["press-07 F004 low", "", "{\"evt\":\"E-07\"}", "E203 安全門未關"]
        let result = try await extract(["--schema", schema, "--json"], lines.joined(separator: "\n"))
        #expect(result.status == 0, "\(result.errors)")
        let rows = try objects(result.output)
        #expect(rows.map { $0["line"] as? Int } == [1, 3, 4])
        for row in rows {
            let record = try #require(row["record"] as? [String: Any])
            let line = lines[try #require(row["line"] as? Int) - 1]
            if let code = record["code"] as? String { #expect(line.contains(code)) }
            #expect(["low", "high"].contains(record["level"] as? String))
        }
        let plain = try await extract(["--schema", schema], lines.joined(separator: "\n"))
        #expect(try objects(plain.output).allSatisfy { Set($0.keys) == ["code", "level"] })
    }

    @Test("a line that the model cannot take gives null, its number on stderr, and 65; the others have their records")
    func tooLong() async throws {
        let schema = try file("schema.json", Self.schema)
        let long = (0..<3000).map { "\($0)" }.joined(separator: " ")
        let result = try await extract(["--schema", schema], "F004 low\n\(long)\nF005 high\n")
        #expect(result.status == 65)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 3 && lines[1] == "null")
        #expect(result.errors.contains("line 2: no record: ") && result.errors.contains("1 of 3"), "\(result.errors)")
    }

    @Test("what is wrong with schema or task is said with file and place before a model is loaded")
    func refusals() async throws {
        let schema = try file(
            "schema.json", #"{"type":"object","properties":{"a":{"type":"string","x-verbatim":true}}}"#)
        let task = try file("task.yaml", "schema: '{\"type\":\"null\"}'\nexamples:\n  - {input: a, record: '1'}\n")
        for (arguments, status, says) in [
            ([], 64, "--schema"), (["--schema", schema], 65, "schema.json: schema#/properties/a"),
            (["--task", "no-such-task"], 65, "machine-log"),
            (["--task", task], 65, "task.yaml:3: examples: examples[0].record"),
            (["--task", "../machine-log"], 65, "expected a readable .yaml file"),
        ] as [([String], Int32, String)] {
            let result = try await extract(arguments, "x")
            #expect(result.status == status)
            #expect(result.errors.contains(says), "\(result.errors)")
        }
    }

    @Test("the shipped tasks can be held to, and their examples fit them")
    func shipped() throws {
        let catalog = ExtractionTaskCatalog(shipped: try ShippedFiles.locate())
        #expect(Set(catalog.names()).isSuperset(of: ["machine-log", "contract-risk", "product-spec"]))
        for name in ["machine-log", "contract-risk", "product-spec"] {
            #expect(try !catalog.task(named: name, schema: nil).examples.isEmpty)
        }
    }
}
