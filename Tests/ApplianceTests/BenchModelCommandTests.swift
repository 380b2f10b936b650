import Appliance
import Foundation
import Testing

@Suite("andon bench model, as another program calls it")
struct BenchModelCommandTests {
    private static let quick = ["-p", "8", "-n", "2", "--rounds", "1", "--first-token", "4,100000"]

    private func model() throws -> String { try ShippedFiles.locate().demonstrationModel.path }

    private func run(_ arguments: [String]) async throws -> BuiltExecutable.Outcome {
        try await BuiltExecutable.run(["bench", "model"] + arguments)
    }

    @Test("--json is one document with medians, bytes, bandwidths, kernels and the plan")
    func document() async throws {
        let result = try await run(
            [model()] + Self.quick + ["--batch", "2", "--kernel-batches", "1,2", "--plan", "rtx-4060", "--json"])
        try #require(result.status == 0, "\(result.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        for key in [
            "weight_bytes", "weight_bytes_per_token", "load_ms", "load_bytes_per_second", "dispatches_per_token",
            "dispatches_per_layer", "decode_bytes_per_second", "peak_bytes_per_second", "fraction_of_peak",
        ] {
            #expect(try #require(report[key] as? Double, "\(key)") > 0, "\(key)")
        }
        #expect(report["dispatch_us"] is Double && report["submission_us"] is Double)
        #expect(report["device_kind"] as? String != nil && report["driver"] as? String != nil)
        for key in [
            "prefill_tokens_per_second", "decode_tokens_per_second", "first_token_ms", "cpu_ms_per_token",
        ] {
            let spread = try #require(report[key] as? [String: Any], "\(key)")
            #expect(spread["runs"] as? Int == 1 && (spread["median"] as? Double ?? 0) > 0, "\(key)")
        }
        let firstTokens = try #require(report["first_tokens"] as? [[String: Any]])
        #expect(firstTokens.map { $0["prompt_tokens"] as? Int } == [4, 100_000])
        #expect(firstTokens[0]["ms"] is [String: Any])
        #expect(firstTokens[1]["ms"] == nil && firstTokens[1]["skipped"] is String)
        let batches = try #require(report["batches"] as? [[String: Any]])
        #expect(batches.map { $0["texts"] as? Int } == [2])

        let kernels = try #require(report["kernels"] as? [[String: Any]])
        for kernel in kernels {
            for key in ["median_us", "bytes", "bytes_per_second", "fraction_of_peak"] {
                #expect((kernel[key] as? Double ?? 0) > 0, "\(key) of \(kernel)")
            }
        }
        #expect(Set(kernels.compactMap { $0["kind"] as? String }) == ["product", "attention", "small"])
        #expect(Set(kernels.compactMap { $0["pass"] as? String }) == ["step", "prompt"])
        #expect(Set(kernels.compactMap { $0["columns"] as? Int }) == [1, 2, 8])

        let plan = try #require(report["plan"] as? [String: Any])
        #expect(plan["card"] as? String == "rtx-4060" && plan["fits"] as? Bool == true)
        let decode = try #require(plan["decode"] as? [[String: Any]])
        #expect(decode.map { $0["context_tokens"] as? Int } == [0, 1600])
        #expect((plan["prefill_tokens_per_second"] as? Double ?? 0) > 0)
        let assumptions = try #require(plan["assumptions"] as? [String])
        if report["device_kind"] as? String == "cpu" {
            #expect(assumptions.first?.contains("is no GPU") == true)
            #expect(!assumptions.contains { $0.contains("measured") })
        }
    }

    @Test("the report for people has the same figures, without the kernels if so asked")
    func text() async throws {
        let result = try await run([model()] + Self.quick + ["--no-kernels"])
        try #require(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        for name in ["weights", "copy", "load", "prefill", "decode", "first token"] {
            #expect(lines.contains { $0.hasPrefix(name) }, "\(name)")
        }
        #expect(!result.output.contains("of copy"))
        #expect(lines.contains { $0.contains("prompt of 100000: left out: the context holds") })
    }

    @Test("an unknown synthetic model ends with 65 and the known ones", arguments: ["qwen2.5-7b-q9", "gpt-4", ""])
    func unknownShape(name: String) async throws {
        let result = try await run(["--synthetic", name])
        #expect(result.status == 65)
        for known in ["qwen2.5-7b", "qwen2.5-14b", "llama-3.1-8b", "mistral-nemo-12b", "q4_k_m"] {
            #expect(result.errors.contains(known), "\(result.errors)")
        }
    }

    @Test("a file that is not there, and a prompt over the model's context, end with 65")
    func badInput() async throws {
        let missing = try await run(["/nonexistent/model.gguf"])
        #expect(missing.status == 65 && missing.errors.contains("/nonexistent/model.gguf"))
        let long = try await run([model(), "-p", "90000", "--no-kernels"])
        #expect(long.status == 65 && long.errors.contains("context"), "\(long.errors)")
    }

    @Test(
        "what it cannot make sense of ends with 64",
        arguments: [
            [], ["a.gguf", "--synthetic", "qwen2.5-7b-q4_k_m"], ["a.gguf", "-n", "1"], ["a.gguf", "-p", "0"],
            ["a.gguf", "--batch", "33"], ["a.gguf", "--kernel-batches", "1,64"], ["a.gguf", "--kernel-batches", "1,x"],
            ["a.gguf", "--first-token", "0"], ["a.gguf", "--plan", "voodoo-2"], ["a.gguf", "--patience=-1"],
        ])
    func usage(arguments: [String]) async throws {
        #expect(try await run(arguments).status == 64)
    }

    @Test("an unknown card is answered with the known ones")
    func cards() async throws {
        let result = try await run(["a.gguf", "--plan", "voodoo-2"])
        #expect(result.errors.contains("rtx-4060") && result.errors.contains("rtx-4090"), "\(result.errors)")
    }
}
