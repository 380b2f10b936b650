import Appliance
import ArgumentParser
import Domain
import GGUF
import Inference
import Terminal
import Tokenization

struct ModelGenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Let a model continue a prompt; the engine alone.",
        discussion: """
            Control tokens such as <|im_start|> in the prompt are read as such. Models that expect a
            beginning-of-text token get it.

            Examples:
              andon model generate model.gguf --prompt 'Once upon a time' --max-tokens 32
              andon model generate model.gguf --prompt-file chat.txt --schema answer.json --json
              andon model generate model.gguf --prompt 'Severity:' --choice low --choice medium --choice high
            """)

    @Argument(help: "A GGUF file.") var file: String
    @Option(help: "The text to continue.") var prompt: String?
    @Option(help: "A file with the text to continue.") var promptFile: String?
    @Option(help: "A file with a JSON Schema that the text must keep to.") var schema: String?
    @Option(help: "A pattern that the whole text must match.") var regex: String?
    @Option(help: "A text that it may be; give several.") var choice: [String] = []
    @Option(help: "At most this many tokens.") var maxTokens = 256
    @Option(help: "0 takes the likeliest token; above, tokens are drawn.") var temperature: Float = 0
    @Option(help: "Draws only from this many of the likeliest tokens; 0 keeps all.") var topK = 0
    @Option(help: "Draws only from the likeliest tokens that have this probability together.") var topP: Float = 1
    @Option(help: "Makes draws repeatable.") var seed: UInt64 = 0
    @Option(help: "auto, a device's number or its PCI address.") var gpu = "auto"
    @Flag(help: "Decode one token a pass; the text is the same.") var noSpeculation = false
    @Flag(help: "One JSON document.") var json = false

    private struct Generated: Encodable {
        let text: String
        let tokens: [Int32]
        let promptTokens: Int
        let stopReason: String
        /// Cut at a limit and then closed, without the model, by the rules of its format.
        let truncated: Bool
        let timing: Timing
        let device: String

        enum CodingKeys: String, CodingKey {
            case text
            case tokens = "ids"
            case promptTokens = "prompt_tokens"
            case stopReason = "stop_reason"
            case truncated
            case timing = "timing_ms"
            case device
        }
    }

    private struct Timing: Encodable {
        let firstToken: Double
        let decode: Double
        let decodeTokensPerSecond: Double
        let passesPerToken: Double?

        enum CodingKeys: String, CodingKey {
            case firstToken = "first_token"
            case decode
            case decodeTokensPerSecond = "decode_tokens_per_second"
            case passesPerToken = "passes_per_token"
        }
    }

    func validate() throws {
        guard (prompt == nil) != (promptFile == nil) else {
            throw ValidationError("expected one of --prompt and --prompt-file")
        }
        guard [schema != nil, regex != nil, !choice.isEmpty].count(where: { $0 }) <= 1 else {
            throw ValidationError("expected one of --schema, --regex and --choice")
        }
        guard (1...1_000_000).contains(maxTokens) else { throw ValidationError("--max-tokens: expected 1 to 1000000") }
        guard temperature >= 0, temperature <= 10 else { throw ValidationError("--temperature: expected 0 to 10") }
        guard topK >= 0 else { throw ValidationError("--top-k: expected 0 or more") }
        guard topP > 0, topP <= 1 else { throw ValidationError("--top-p: expected more than 0, up to 1") }
    }

    func run() async throws {
        let text = try prompt ?? InputFile.text(promptFile ?? "")
        let format = try format()
        let bar = ProgressBar("Loading")
        let options = EngineOptions(gpu: gpu) { bar.update($0.fraction) }
        let engine = try await offSharedPool { [file] in try Engine(file: GGUFFile(path: file), options: options) }
        bar.finish()
        let ids = engine.tokenizer.encode([.control(text)])
        var decoder = StreamingDecoder()
        var outcome: GenerationResult?
        let events = try engine.scheduler.submit(
            GenerationRequest(
                prompt: ids, maxTokens: maxTokens, temperature: temperature, topK: topK, topP: topP, seed: seed,
                constraint: engine.constraint(format), endOfGeneration: engine.tokenizer.endOfGeneration,
                speculation: noSpeculation ? nil : engine.speculation))
        for try await event in events {
            switch event {
            case .token(let token):
                if !json { Output.write(text: decoder.append(engine.tokenizer.tokenBytes(token))) }
            case .finished(let result): outcome = result
            }
        }
        // The stream ends early only when this task is cancelled.
        guard let result = outcome else { throw CancellationError() }
        guard json else {
            Output.write(text: decoder.append(result.closing) + decoder.finish() + "\n")
            if result.stopReason.isLimit { Output.note("cut short after \(result.tokens.count) tokens") }
            return
        }
        try Output.json(
            Generated(
                text: engine.text(of: result), tokens: result.tokens, promptTokens: ids.count,
                stopReason: result.stopReason.rawValue, truncated: result.stopReason.isLimit,
                timing: Timing(
                    firstToken: result.timings.firstTokenMs, decode: result.timings.decodeMs,
                    decodeTokensPerSecond: result.timings.decodeTokensPerSecond,
                    passesPerToken: result.timings.passesPerToken),
                device: engine.scheduler.device.name))
    }

    /// What is wrong with a format is said before a model is loaded for minutes.
    private func format() throws -> ResponseFormat {
        if let schema { return .jsonSchema(try InputFile.schema(schema)) }
        let format = regex.map(ResponseFormat.regex) ?? (choice.isEmpty ? .text : .choice(choice))
        do {
            _ = try format.grammar()
        } catch {
            throw CommandError("\(regex == nil ? "--choice" : "--regex"): \(error)")
        }
        return format
    }
}
