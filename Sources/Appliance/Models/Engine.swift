import ConstrainedDecoding
import Foundation
import GGUF
import Inference
import Tokenization
import VulkanCompute

/// A model on a device with its tokenizer: what it takes to turn text into text.
///
/// Not for use from several threads at once, as the model in it.
public final class Engine {
    public let model: LanguageModel
    public let tokenizer: Tokenizer
    /// The vocabulary as grammars see it.
    public let tokens: TokenTable

    /// Loads a model file with its tokenizer.
    ///
    /// - Throws: what ``loadModel(_:gpu:cache:)`` throws, and `GGUFError` when the file has no usable tokenizer.
    public init(file: GGUFFile, gpu: String = "auto", cache: URL? = nil) throws {
        let tokenizer = try Tokenizer(gguf: file)
        let model = try Engine.loadModel(file, gpu: gpu, cache: cache)
        // A model may have more rows of logits than its tokenizer has tokens; nothing may choose those.
        let bytes = (0..<Int32(model.shape.vocabularyCount)).map { id in
            id < tokenizer.vocabularyCount ? tokenizer.tokenBytes(id) : []
        }
        self.tokenizer = tokenizer
        self.model = model
        tokens = try TokenTable(tokenBytes: bytes, endOfGeneration: tokenizer.endOfGeneration)
    }

    /// Loads a model file onto a device, and runs its kernels once.
    ///
    /// - Parameters:
    ///   - gpu: `auto`, an index or a PCI address.
    ///   - cache: a folder for compiled pipelines; nil compiles them anew.
    /// - Throws: `ModelError`, `VulkanError`, or ``ApplianceError`` when `gpu` names nothing.
    public static func loadModel(_ file: GGUFFile, gpu: String = "auto", cache: URL? = nil) throws -> LanguageModel {
        guard let selection = DeviceSelection(gpu) else {
            throw ApplianceError(.configuration, "gpu \"\(gpu)\": expected auto, a number or a PCI address")
        }
        let device = try ComputeDevice(instance: VulkanInstance(), selection: selection)
        let model = try LanguageModel(
            file: file, device: device,
            options: LanguageModel.Options(
                pipelineCachePath: cache?.appendingPathComponent("pipelines.bin").path))
        // Drivers compile kernels when they first run: better now than in front of a waiting operator.
        try model.warmUp()
        return model
    }

    /// A constraint that holds generated text to a JSON Schema.
    ///
    /// - Throws: `SchemaError` naming the place in the schema.
    public func constraint(schema: String) throws -> TokenConstraint {
        try TokenConstraint(grammar: Grammar(schema: JSONSchema(parsing: schema)), tokens: tokens)
    }
}
