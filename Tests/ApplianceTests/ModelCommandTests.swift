import Appliance
import Foundation
import GGUF
import Testing

@Suite("andon model, as another program calls it")
struct ModelCommandTests {
    private let directory: TemporaryDirectory
    private let model: String

    init() throws {
        directory = try TemporaryDirectory()
        model = try ShippedFiles.locate().demonstrationModel.path
    }

    private func path(_ name: String) -> String { directory.url.appendingPathComponent(name).path }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("inspect shows architecture, tensors and the device memory that is needed")
    func inspect() async throws {
        let inspection = try object(await BuiltExecutable.run(["model", "inspect", model, "--json"]).output)
        let metadata = try #require(inspection["metadata"] as? [String: String])
        #expect(metadata["general.architecture"] == "qwen2")
        #expect((inspection["tensors"] as? [Any])?.isEmpty == false)
        let memory = try #require(inspection["memory"] as? [String: Any])
        let parts = ["weights", "cache", "scratch", "staging"].compactMap { memory[$0] as? Int }
        #expect(parts.count == 4 && parts.allSatisfy { $0 > 0 })
        #expect(memory["total"] as? Int == parts.reduce(0, +))
        let devices = try #require(inspection["devices"] as? [[String: Any]])
        #expect(!devices.isEmpty && devices.allSatisfy { $0["fits"] as? Bool == true })
    }

    @Test("detokenize gives back what tokenize took", arguments: ["檢查油箱 T1 的油位，12.5 MPa。", "Check valve V3: 12.5 MPa"])
    func tokens(text: String) async throws {
        let file = path("text.txt")
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let tokens = try await BuiltExecutable.run(["model", "tokenize", model, "--json"], input: file)
        let ids = try #require(try object(tokens.output)["ids"] as? [Int])
        let back = try await BuiltExecutable.run(
            ["model", "detokenize", model, "--tokens", ids.map(String.init).joined(separator: ","), "--json"])
        #expect(try object(back.output)["text"] as? String == text)
    }

    @Test("logits are one float32 for each id of the vocabulary, the same on every run")
    func logits() async throws {
        for name in ["a.f32", "b.f32"] {
            let result = try await BuiltExecutable.run(
                ["model", "logits", model, "--tokens", "1,2,3,4", "--out", path(name), "--json"])
            #expect(result.status == 0, "\(result.errors)")
            let shape = try #require(try object(result.output)["shape"] as? [Int])
            #expect(try Data(contentsOf: URL(fileURLWithPath: path(name))).count == shape[0] * 4)
        }
        #expect(FileManager.default.contentsEqual(atPath: path("a.f32"), andPath: path("b.f32")))
    }

    @Test("a generated text keeps to its schema")
    func schema() async throws {
        let schema = path("schema.json")
        try Data(#"{"type":"object","properties":{"code":{"enum":["F004","F005"]}},"required":["code"]}"#.utf8)
            .write(to: URL(fileURLWithPath: schema))
        let result = try await BuiltExecutable.run(
            ["model", "generate", model, "--prompt", "x", "--schema", schema, "--max-tokens", "40", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let text = try #require(try object(result.output)["text"] as? String)
        #expect([#"{"code":"F004"}"#, #"{"code":"F005"}"#].contains(text))
    }

    @Test("guessing tokens ahead changes no token and takes fewer passes")
    func speculation() async throws {
        let schema = path("schema.json")
        let fields = ["machine", "severity", "recommendation"].map { "\"\($0)\":{\"enum\":[\"one\",\"two\"]}" }
        try Data(
            """
            {"type":"object","properties":{\(fields.joined(separator: ","))},
            "required":["machine","severity","recommendation"]}
            """.utf8
        ).write(to: URL(fileURLWithPath: schema))
        var runs: [[String: Any]] = []
        for flags in [[], ["--no-speculation"]] {
            let arguments = ["model", "generate", model, "--prompt", "x", "--schema", schema, "--json"]
            runs.append(try object(try await BuiltExecutable.run(arguments + flags).output))
        }
        #expect(runs[0]["ids"] as? [Int] == runs[1]["ids"] as? [Int])
        let passes = try runs.map { run in
            try #require((run["timing_ms"] as? [String: Any])?["passes_per_token"] as? Double)
        }
        #expect(passes[0] < passes[1] && passes[1] == 1)
    }

    @Test("a generated text keeps to a pattern, or is one of the given texts")
    func patternAndChoice() async throws {
        let number = try await BuiltExecutable.run(
            ["model", "generate", model, "--prompt", "x", "--regex", "F[0-9]{4}", "--json"])
        #expect(try #require(try object(number.output)["text"] as? String).wholeMatch(of: /F[0-9]{4}/) != nil)
        let word = try await BuiltExecutable.run(
            ["model", "generate", model, "--prompt", "x", "--choice", "low", "--choice", "高"])
        #expect(["low\n", "高\n"].contains(word.output), "\(word.errors)")
        let both = try await BuiltExecutable.run(
            ["model", "generate", model, "--prompt", "x", "--choice", "low", "--regex", "a"])
        #expect(both.status == 64)
        let broken = try await BuiltExecutable.run(
            ["model", "generate", path("no-such-model.gguf"), "--prompt", "x", "--regex", "a(?=b)"])
        #expect(broken.status == 65 && broken.errors.contains("--regex: unsupported"), "\(broken.errors)")
    }

    @Test("a text that reaches the limit of tokens is closed to a document of its schema and says so")
    func truncated() async throws {
        let schema = path("schema.json")
        try Data(
            #"{"type":"object","properties":{"note":{"type":"string","minLength":300},"n":{"const":1}},"required":["note","n"]}"#
                .utf8
        ).write(to: URL(fileURLWithPath: schema))
        let result = try await BuiltExecutable.run(
            ["model", "generate", model, "--prompt", "x", "--schema", schema, "--max-tokens", "9", "--json"])
        let generated = try object(result.output)
        #expect(generated["truncated"] as? Bool == true)
        #expect(generated["stop_reason"] as? String == "maxTokens")
        let document = try object(try #require(generated["text"] as? String))
        #expect(document["n"] as? Int == 1)
        #expect(try #require(document["note"] as? String).unicodeScalars.count >= 300)
    }

    @Test(
        "a schema that cannot be held to ends with 65 and the keyword's place, before the model is loaded",
        arguments: [
            (#"{"type":"object","patternProperties":{}}"#, "#/patternProperties"),
            (#"{"properties":{"a":{"not":{}}}}"#, "#/properties/a/not"),
            (#"{"type":"integer","minimum":3,"maximum":2}"#, "#"),
            (##"{"$ref":"#"}"##, "#"),
            (##"{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}"##, "#/properties/a"),
            (#"{"type":"string","pattern":"\#(String(repeating: "a", count: 1 << 20))"}"#, "#"),
            ("{", "#"),
        ])
    func refusedSchema(text: String, place: String) async throws {
        let schema = path("schema.json")
        try Data(text.utf8).write(to: URL(fileURLWithPath: schema))
        let result = try await BuiltExecutable.run(
            ["model", "generate", path("no-such-model.gguf"), "--prompt", "x", "--schema", schema])
        #expect(result.status == 65)
        #expect(result.errors.contains("at \(place):"), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test("a truncated file ends with 65 and names the file and what is cut", arguments: [0, 3, 100, 5000, 2_000_000])
    func truncated(length: Int) async throws {
        let file = path("cut.gguf")
        try Data(contentsOf: URL(fileURLWithPath: model)).prefix(length).write(to: URL(fileURLWithPath: file))
        let result = try await BuiltExecutable.run(["model", "inspect", file])
        #expect(result.status == 65)
        #expect(result.errors.contains("cut.gguf"))
    }

    @Test("another architecture is refused by name with what is supported, and is not installed")
    func architecture() async throws {
        var writer = GGUFWriter()
        writer.add("general.architecture", .string("gemma2"))
        writer.addTensor(
            "token_embd.weight", dimensions: [32, 4], format: .f32, values: [Float](repeating: 0, count: 128))
        let file = path("llama.gguf")
        try writer.write(to: file)
        let data = path("data")
        let result = try await BuiltExecutable.run(["--data", data, "model", "install", file])
        #expect(result.status == 65)
        #expect(result.errors.contains("gemma2") && result.errors.contains("qwen2"), "\(result.errors)")
        let list = try await BuiltExecutable.run(["--data", data, "model", "list", "--json"])
        #expect(list.output == "[]\n")
    }

    @Test("an installed model lies under its digest, read-only, and is the active one")
    func install() async throws {
        let data = path("data")
        let installed = try await BuiltExecutable.run(["--data", data, "model", "install", model, "--json"])
        #expect(installed.status == 0, "\(installed.errors)")
        let digest = try #require(try object(installed.output)["sha256"] as? String)
        let file = "\(data)/models/\(digest).gguf"
        #expect(FileManager.default.contentsEqual(atPath: file, andPath: model))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o440)
        let list = try await BuiltExecutable.run(["--data", data, "model", "list", "--json"])
        #expect(list.output.contains(#""active":true"#) && list.output.contains(digest))
    }

    @Test("a model that the disk has damaged is listed with what is wrong, beside the others")
    func damaged() async throws {
        let data = path("data")
        let installed = try await BuiltExecutable.run(["--data", data, "model", "install", model])
        #expect(installed.status == 0, "\(installed.errors)")
        let damaged = String(repeating: "0", count: 64)
        try Data("GGUF".utf8).write(to: URL(fileURLWithPath: "\(data)/models/\(damaged).gguf"))
        let list = try await BuiltExecutable.run(["--data", data, "model", "list"])
        #expect(list.status == 0)
        let lines = list.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.contains { $0.contains(damaged.prefix(12)) && $0.contains("truncated") })
        #expect(lines.contains { $0.hasPrefix("*") && !$0.contains("cannot be used") })
    }
}
