import Foundation
import GGUF
import Synchronization
import Testing

@testable import Inference
@testable import VulkanCompute

@Suite("the self-test of a device")
struct SelfTestTests {
    /// What a self-test reported.
    private final class Report: Sendable {
        private let events = Mutex<[SelfTestEvent]>([])

        func add(_ event: SelfTestEvent) { events.withLock { $0.append(event) } }

        var findings: [SelfTestFinding] {
            events.withLock { $0 }.compactMap { if case .turnedOff(let finding, _) = $0 { finding } else { nil } }
        }
        /// Paths that were tested; 0 if no test was needed.
        var tested: Int {
            events.withLock { $0 }.reduce(0) { if case .finished(let paths, _) = $1 { $0 + paths } else { $0 } }
        }
        var notKept: [String] {
            events.withLock { $0 }.compactMap { if case .notKept(let reason) = $0 { reason } else { nil } }
        }
    }

    /// A shader that a driver compiles as if one of its constants were another.
    private struct Fault: Sendable {
        let shader: String
        let constant: Int
        let value: UInt32
        /// A constant and its value, where only that specialization is compiled wrongly.
        var only: (constant: Int, value: UInt32)?
        let feature: KernelFeature
        /// The profile under which it shows.
        var lanesTakeRows = true

        func miscompile(_ description: ComputePipeline.Description) -> ComputePipeline.Description {
            var constants = description.constants
            guard description.name.split(separator: ".").first ?? "" == shader,
                only.map({ constants[$0.constant] == $0.value }) ?? true
            else { return description }
            constants[constant] = value
            return ComputePipeline.Description(
                name: description.name, bindingCount: description.bindingCount,
                pushConstantBytes: description.pushConstantBytes, constants: constants)
        }
    }

    /// A profile in which a short text is split, and without ``Fault/lanesTakeRows`` a small GPU's.
    private static func profile(_ device: ComputeDevice, lanesTakeRows: Bool = true) -> KernelProfile {
        var profile = KernelProfile(device: device.description)
        profile.attentionSplitPositions = 64
        guard !lanesTakeRows else { return profile }
        profile.lanesTakeRows = false
        profile.subgroups = 2
        profile.productColumns = 2
        (profile.batchRows, profile.batchColumns) = (32, 16)
        return profile
    }

    private static func options(
        _ device: ComputeDevice, _ report: Report?, verdict: String? = nil, fault: Fault? = nil
    ) -> LanguageModel.Options {
        var options = LanguageModel.Options(
            maximumTexts: 4, batchSize: 32, profile: profile(device),
            selfTest: report.map { report in SelfTestOptions(verdictPath: verdict) { report.add($0) } })
        options.miscompile = fault?.miscompile
        return options
    }

    /// Greedy texts of a model, two side by side, one of them longer than one workgroup's share of the context.
    private static func texts(_ model: LanguageModel) throws -> [[Int32]] {
        let batch = TextBatch(model: model)
        let prompts = [SyntheticModel.prompt, (0..<70).map { Int32($0 * 29 % 331) }]
        let outcomes = prompts.enumerated().map { index, prompt in
            TextBatchTests.add(GenerationRequest(prompt: prompt, maxTokens: 8), to: batch, id: UInt64(index))
        }
        try TextBatchTests.finish(batch)
        return try outcomes.map { try #require(try $0.result?.get()).tokens }
    }

    @Test(
        "finds every path of a model right on this device",
        arguments: [
            (SyntheticShape.qwen2, true), (.qwen2, false), (.qwen3, true), (.llama, false),
        ])
    func passes(shape: SyntheticShape, lanesTakeRows: Bool) throws {
        let mixed: [String: BlockFormat] = ["0.attn_v.weight": .q6_K, "1.ffn_up.weight": .q4_0]
        let file = try SyntheticModel.make(.q8_0, shape, mixed: shape.name == "qwen2" ? mixed : [:])
        try withValidatedDevice { device in
            let report = Report()
            var options = Self.options(device, report)
            options.profile = Self.profile(device, lanesTakeRows: lanesTakeRows)
            _ = try LanguageModel(file: file.gguf, device: device, options: options)
            #expect(report.findings == [])
            #expect(report.tested >= 15)
        }
    }

    private static let faults = [
        // The norm, or the bias, is left out.
        Fault(shader: "gated_rows", constant: 4, value: 0, feature: .fusedGates),
        Fault(shader: "rotary_rows", constant: 5, value: 0, feature: .fusedProjections),
        // Only the first four columns of eight are computed.
        Fault(shader: "product_rows", constant: 3, value: 4, only: (3, 8), feature: .columns8),
        // A workgroup takes fewer positions than there are workgroups for.
        Fault(shader: "attention_decode", constant: 8, value: 32, only: (9, 8), feature: .splitAttention),
        // The residual is left out.
        Fault(shader: "batch", constant: 4, value: 0, feature: .batchTiles, lanesTakeRows: false),
        // A subgroup takes some of its rows.
        Fault(shader: "product_units", constant: 2, value: 2, feature: .sharedRows, lanesTakeRows: false),
    ]

    @Test(
        "finds a path that a driver compiles wrongly, names it and turns it off, and the text is right",
        arguments: [true, false])
    func findsFaults(lanesTakeRows: Bool) throws {
        let file = try SyntheticModel.make(.q8_0)
        let faults = Self.faults.filter { $0.lanesTakeRows == lanesTakeRows }
        try withValidatedDevice { device in
            func texts(_ fault: Fault?, _ report: Report?) throws -> [[Int32]] {
                var options = Self.options(device, report, fault: fault)
                options.profile = Self.profile(device, lanesTakeRows: lanesTakeRows)
                return try Self.texts(LanguageModel(file: file.gguf, device: device, options: options))
            }
            let expected = try texts(nil, nil)
            // Untested, the text is wrong, or ends because no logit is a number.
            let untested = try? texts(faults[0], nil)
            #expect(untested != expected)
            for fault in faults {
                let report = Report()
                #expect(try texts(fault, report) == expected, "\(fault.shader)")
                #expect(report.findings.map(\.feature) == [fault.feature])
                let finding = try #require(report.findings.first)
                #expect(fault.feature == .splitAttention || finding.path.contains("Q8_0"))
                #expect(finding.reason.hasPrefix("error "))
            }
        }
    }

    @Test("refuses a model where a path is wrong that nothing can stand in for")
    func refuses() throws {
        let fault = Fault(shader: "rope_kv", constant: 1, value: 8, feature: .fusedGates)
        let file = try SyntheticModel.make(.q8_0, .qwen2.small)
        try withValidatedDevice { device in
            #expect {
                try LanguageModel(
                    file: file.gguf, device: device, options: Self.options(device, Report(), fault: fault))
            } throws: { error in
                let error = error as? ModelError
                return error?.code == .selfTest && error?.detail.contains("rotation") == true
                    && error?.detail.contains(device.description.driver) == true
            }
        }
    }

    @Test("keeps its verdict, and tests again only what is new or when anything else than before is at hand")
    func keepsVerdict() throws {
        let path = NSTemporaryDirectory() + "andon-test-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (file, other) = (try SyntheticModel.make(.q8_0, .qwen2.small), try SyntheticModel.make(.q4_0, .qwen2.small))
        let fault = Fault(shader: "gated_rows", constant: 4, value: 0, feature: .fusedGates)
        try withValidatedDevice { device in
            func load(_ file: GGUFFile, change: (inout LanguageModel.Options) -> Void = { _ in }) throws -> Report {
                let report = Report()
                var options = Self.options(device, report, verdict: path)
                change(&options)
                _ = try LanguageModel(file: file, device: device, options: options)
                return report
            }
            let first = try load(file.gguf) { $0.miscompile = { fault.miscompile($0) } }
            #expect(first.findings.map(\.feature) == [.fusedGates])
            #expect(first.notKept == [])
            let second = try load(file.gguf)
            #expect(second.tested == 0, "nothing is tested, nor turned on again")
            let kept = SelfTestFinding.kept(at: path, on: device.description, profile: Self.profile(device))
            #expect(kept == first.findings)
            let newFormat = try load(other.gguf).tested
            #expect(newFormat > 0 && newFormat < first.tested, "only what Q4_0 needs")
            #expect(try load(file.gguf).tested == 0, "what was known stays known")

            let whole = try #require(FileManager.default.contents(atPath: path))
            let text = String(decoding: whole, as: UTF8.self)
            let driver = device.description.driver
            for changed in [
                String(text.dropLast(20)), text.replacingOccurrences(of: driver, with: "\(driver)1"), "[]",
                text.replacingOccurrences(of: "fused-gates", with: "no-such-feature"),
            ] {
                try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
                #expect(SelfTestFinding.kept(at: path, on: device.description, profile: Self.profile(device)) == [])
                let report = try load(file.gguf)
                #expect(report.tested > newFormat && report.findings == [], "the driver is right now")
            }
            #expect(try load(file.gguf) { $0.profile?.productRows = 8 }.tested > newFormat, "another profile")
        }
    }

    @Test("goes on where the verdict cannot be kept")
    func goesOn() throws {
        let file = try SyntheticModel.make(.q8_0, .qwen2.small)
        try withValidatedDevice { device in
            let report = Report()
            _ = try LanguageModel(
                file: file.gguf, device: device,
                options: Self.options(device, report, verdict: "/nonexistent/self-test.json"))
            #expect(report.tested > 0)
            #expect(report.notKept.count == 1)
        }
    }
}
