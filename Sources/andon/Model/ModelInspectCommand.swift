import ArgumentParser
import GGUF
import Inference

struct ModelInspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "What a model file holds and what memory it needs.",
        discussion: "Example: andon model inspect packaging/demo/model/andon-demo.gguf --json")

    @Argument(help: "A GGUF file.") var file: String
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
        let problem: String?

        enum CodingKeys: String, CodingKey {
            case path, version
            case sizeBytes = "size_bytes"
            case metadata, tensors, memory, problem
        }
    }

    /// Bytes of device memory.
    private struct Memory: Encodable {
        let weights: Int
        let cache: Int
        let work: Int
        let contextTokens: Int

        enum CodingKeys: String, CodingKey {
            case weights, cache, work
            case contextTokens = "context_tokens"
        }
    }

    private struct Tensor: Encodable {
        let name: String
        let format: String
        let dimensions: [Int]
        let bytes: Int
    }

    func run() async throws {
        let file = try GGUFFile(path: file)
        var memory: Memory?
        var problem: String?
        do {
            let (shape, plan) = try LanguageModel.plan(file: file)
            memory = Memory(
                weights: plan.weightBytes, cache: plan.cacheBytes, work: plan.workBytes,
                contextTokens: shape.contextLength)
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
            memory: memory, problem: problem)
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
            Output.write(
                "Device memory: weights \(memory.weights) bytes, cache \(memory.cache) bytes for"
                    + " \(memory.contextTokens) tokens, work space \(memory.work) bytes")
        }
        if let problem = inspection.problem { Output.write("This build cannot run it: \(problem)") }
    }

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
