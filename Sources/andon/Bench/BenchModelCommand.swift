import Appliance
import ArgumentParser
import GGUF
import Inference

struct BenchModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "How fast the engine reads prompts and writes tokens.",
        discussion: "Example: andon bench model packaging/demo/model/andon-demo.gguf -p 512 -n 128 --json")

    @Argument(help: "A GGUF file.") var file: String
    @Option(name: .short, help: "Tokens of the prompt.") var promptTokens = 512
    @Option(name: [.customShort("n")], help: "Tokens to generate.") var newTokens = 128
    @Option(help: "Measured runs; one more comes before them to warm up.") var rounds = 3
    @Option(help: "auto, a device's number or its PCI address.") var gpu = "auto"
    @Flag(help: "One JSON document.") var json = false

    private struct Figures: Encodable {
        let device: String
        let driver: String
        let load: Double
        let prefillTokensPerSecond: Spread
        let decodeTokensPerSecond: Spread
        let firstToken: Spread
        let bytesPerToken: Int
        let decodeBytesPerSecond: Double
        /// Of a plain copy on the same device in the same run.
        let peakBytesPerSecond: Double
        let fractionOfPeak: Double

        enum CodingKeys: String, CodingKey {
            case device, driver
            case load = "load_ms"
            case prefillTokensPerSecond = "prefill_tokens_per_second"
            case decodeTokensPerSecond = "decode_tokens_per_second"
            case firstToken = "first_token_ms"
            case bytesPerToken = "weight_bytes_per_token"
            case decodeBytesPerSecond = "decode_bytes_per_second"
            case peakBytesPerSecond = "peak_bytes_per_second"
            case fractionOfPeak = "fraction_of_peak"
        }
    }

    func validate() throws {
        guard (1...100_000).contains(promptTokens), (2...100_000).contains(newTokens), (1...1000).contains(rounds)
        else {
            throw ValidationError("expected -p 1 to 100000, -n 2 to 100000, --rounds 1 to 1000")
        }
    }

    func run() async throws {
        let (loadMs, model) = try milliseconds {
            try Engine.loadModel(GGUFFile(path: file), options: EngineOptions(gpu: gpu))
        }
        var timings: [GenerationTimings] = []
        for round in 0...rounds {
            // Different first tokens, so that no run finds the prompt of the one before in the cache.
            let prompt = (0..<promptTokens).map { Int32(($0 * 7 + round * 13 + 1) % model.shape.vocabularyCount) }
            let result = try model.generate(GenerationRequest(prompt: prompt, maxTokens: newTokens))
            if round > 0 { timings.append(result.timings) }
        }
        let decode = Spread(timings.map(\.decodeTokensPerSecond))
        let decodeBytesPerSecond = decode.median * Double(model.memory.readPerTokenBytes)
        let peak = try Bandwidth.measure(device: model.device).bytesPerSecond
        let figures = Figures(
            device: model.device.description.name, driver: model.device.description.driver, load: loadMs,
            prefillTokensPerSecond: Spread(timings.map(\.prefillTokensPerSecond)), decodeTokensPerSecond: decode,
            firstToken: Spread(timings.map(\.firstTokenMs)), bytesPerToken: model.memory.readPerTokenBytes,
            decodeBytesPerSecond: decodeBytesPerSecond, peakBytesPerSecond: peak,
            fractionOfPeak: decodeBytesPerSecond / peak)
        if json { return try Output.json(figures) }
        Output.write("\(figures.device), \(figures.driver); loaded in \(Int(figures.load)) ms")
        Output.write("prefill  \(Int(figures.prefillTokensPerSecond.median)) tokens/s over \(promptTokens) tokens")
        Output.write("decode   \(Int(decode.median)) tokens/s over \(newTokens) tokens,")
        Output.write(
            "         \(figures.bytesPerToken) weight bytes a token: \(Int(figures.decodeBytesPerSecond / 1e6)) MB/s, a copy"
                + " moves \(Int(figures.peakBytesPerSecond / 1e6)) MB/s: \(Int(figures.fractionOfPeak * 100)) %")
    }
}
