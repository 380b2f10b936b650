import Appliance
import ArgumentParser
import Foundation
import GGUF
import Inference

struct ModelLogitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logits", abstract: "The logits after the last token, as little-endian float32.",
        discussion: "Example: andon model logits model.gguf --tokens 1,2,3 --out logits.f32")

    @Argument(help: "A GGUF file.") var file: String
    @Option(help: "Ids with commas between.") var tokens: TokenList
    @Option(help: "Where to write them.") var out: String
    @Option(help: "auto, a device's number or its PCI address.") var gpu = "auto"
    @Flag(help: "One JSON document.") var json = false

    private struct Shape: Encodable {
        let shape: [Int]
        let out: String
        let device: String
    }

    func run() async throws {
        let model = try Engine.loadModel(GGUFFile(path: file), options: EngineOptions(gpu: gpu))
        let logits = try model.logits(
            tokens: tokens.checked(vocabularyCount: model.shape.vocabularyCount))
        var bytes = Data(capacity: logits.count * 4)
        for value in logits { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
        do {
            try bytes.write(to: URL(fileURLWithPath: out))
        } catch {
            throw CommandError("\(out): cannot be written (\(error.localizedDescription))")
        }
        let device = model.device.description.name
        if json { return try Output.json(Shape(shape: [logits.count], out: out, device: device)) }
        Output.write("\(logits.count) logits in \(out), computed on \(device)")
    }
}
