import ArgumentParser
import GGUF
import Inference
import VulkanCompute

struct ModelInspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "What a model file holds and what memory it needs.",
        discussion: """
            The memory plan is for one text of the full context; devices of this machine are compared with it.

            Examples:
              andon model inspect packaging/demo/model/andon-demo.gguf --json
              andon model inspect qwen2.5-7b-instruct-q4_k_m.gguf --context 8192
            """)

    @Argument(help: "A GGUF file.") var file: String
    @Option(help: "Plan for texts of this many tokens; the file's own context, up to 4096, if left out.")
    var context: Int?
    @Flag(help: "One JSON document.") var json = false

    /// Longest array that is shown whole; vocabularies are counted.
    private static let shownElementsLimit = 16

    private struct Inspection: Encodable {
        let path: String
        let version: Int
        let sizeBytes: Int
        let metadata: [String: String]
        let tensors: [Tensor]
        let memory: Memory?
        let devices: [Fit]
        let problem: String?

        enum CodingKeys: String, CodingKey {
            case path, version
            case sizeBytes = "size_bytes"
            case metadata, tensors, memory, devices, problem
        }
    }

    /// Bytes of device memory.
    private struct Memory: Encodable {
        let weights: Int
        let cache: Int
        let scratch: Int
        let staging: Int
        let total: Int
        let contextTokens: Int
        let cacheBytesPerToken: Int
        let readPerToken: Int

        enum CodingKeys: String, CodingKey {
            case weights, cache, scratch, staging, total
            case contextTokens = "context_tokens"
            case cacheBytesPerToken = "cache_bytes_per_token"
            case readPerToken = "read_bytes_per_token"
        }

        init(_ plan: MemoryPlan, contextTokens: Int) {
            weights = plan.weightBytes
            cache = plan.cacheBytes
            scratch = plan.scratchBytes
            staging = plan.stagingBytes
            total = plan.totalBytes
            self.contextTokens = contextTokens
            cacheBytesPerToken = plan.cacheBytesPerToken
            readPerToken = plan.readPerTokenBytes
        }
    }

    /// Whether the model fits a device of this machine.
    private struct Fit: Encodable {
        let name: String
        let freeBytes: Int
        let fits: Bool
        let advice: String

        enum CodingKeys: String, CodingKey {
            case name
            case freeBytes = "free_bytes"
            case fits, advice
        }
    }

    private struct Tensor: Encodable {
        let name: String
        let format: String
        let dimensions: [Int]
        let bytes: Int
    }

    func validate() throws {
        guard context.map({ $0 > 0 }) ?? true else { throw ValidationError("--context: expected 1 or more") }
    }

    func run() async throws {
        let file = try GGUFFile(path: file)
        var memory: Memory?
        var devices: [Fit] = []
        var problem: String?
        do {
            let (shape, footprint, demand) = try LanguageModel.plan(
                file: file, options: LanguageModel.Options(contextLength: context))
            memory = Memory(MemoryPlan(footprint, for: demand), contextTokens: shape.contextLength)
            devices = Self.usableDevices().map { device in
                let verdict = MemoryVerdict(footprint, for: demand, freeBytes: device.memoryBudgetBytes)
                var fits = false
                if case .fits = verdict { fits = true }
                return Fit(
                    name: device.name, freeBytes: device.memoryBudgetBytes, fits: fits, advice: verdict.advice)
            }
        } catch {
            // A file that the engine cannot run is still worth looking into.
            problem = "\(error)"
        }
        let inspection = Inspection(
            path: file.path, version: file.version, sizeBytes: file.byteCount,
            metadata: file.metadata.mapValues(Self.text),
            tensors: file.tensors.map {
                Tensor(name: $0.name, format: $0.format.name, dimensions: $0.dimensions, bytes: $0.byteCount)
            },
            memory: memory, devices: devices, problem: problem)
        if json { return try Output.json(inspection) }
        show(inspection, keys: file.metadataKeys)
    }

    private func show(_ inspection: Inspection, keys: [String]) {
        Output.write("\(inspection.path): GGUF version \(inspection.version), \(inspection.sizeBytes) bytes")
        for key in keys { Output.write("  \(key) = \(inspection.metadata[key] ?? "")") }
        Output.write("\(inspection.tensors.count) tensors")
        for tensor in inspection.tensors {
            let shape = tensor.dimensions.map(String.init).joined(separator: " x ")
            Output.write("  \(tensor.name)  \(tensor.format)  \(shape)  \(tensor.bytes) bytes")
        }
        if let memory = inspection.memory {
            Output.write("Device memory for texts of \(memory.contextTokens) tokens: \(Self.mebibytes(memory.total))")
            Output.write(
                "  weights \(Self.mebibytes(memory.weights)), cache \(Self.mebibytes(memory.cache))"
                    + " (\(memory.cacheBytesPerToken) bytes a token), scratch \(Self.mebibytes(memory.scratch)),"
                    + " staging \(Self.mebibytes(memory.staging))")
            Output.write("  a token reads \(Self.mebibytes(memory.readPerToken)) of weights")
        }
        for device in inspection.devices {
            Output.write("On \(device.name), \(Self.mebibytes(device.freeBytes)) free: \(device.advice)")
        }
        if let problem = inspection.problem { Output.write("This build cannot run it: \(problem)") }
    }

    /// None where no Vulkan loader or driver is installed, which is no reason not to look into a file.
    private static func usableDevices() -> [DeviceDescription] {
        (try? VulkanInstance().devices().filter(\.isUsable)) ?? []
    }

    private static func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 19)) >> 20) MiB" }

    private static func text(_ value: GGUFValue) -> String {
        switch value {
        case .uint8(let value): "\(value)"
        case .int8(let value): "\(value)"
        case .uint16(let value): "\(value)"
        case .int16(let value): "\(value)"
        case .uint32(let value): "\(value)"
        case .int32(let value): "\(value)"
        case .uint64(let value): "\(value)"
        case .int64(let value): "\(value)"
        case .float32(let value): "\(value)"
        case .float64(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .string(let value): value
        case .stringArray(let values): list(values)
        case .int32Array(let values): list(values)
        case .float32Array(let values): list(values)
        case .array(_, let values): list(values.map(text))
        }
    }

    private static func list(_ values: [some Any]) -> String {
        guard values.count <= shownElementsLimit else { return "[\(values.count) elements]" }
        return "[\(values.map { "\($0)" }.joined(separator: ", "))]"
    }
}
