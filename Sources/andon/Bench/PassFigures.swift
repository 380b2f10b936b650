import Appliance
import Domain
import GGUF
import Inference
import Manuals
import Synchronization
import Terminal
import Tokenization
import Troubleshooting

/// How many passes of a model troubleshooting answers take, with tokens guessed ahead and without.
struct PassFigures: Encodable {
    let model: String
    let device: String
    let questions: Int
    private let series: [Series]
    /// Whether each series wrote the same answers.
    private let areEqual: Bool

    private struct Series: Encodable {
        let guesses: String
        let tokens: Int
        let passes: Int
        let passesPerToken: Double
        let milliseconds: Double
        let forced: Guesses
        let lookedUp: Guesses

        enum CodingKeys: String, CodingKey {
            case guesses, tokens, passes, forced
            case lookedUp = "looked_up"
            case passesPerToken = "passes_per_token"
            case milliseconds = "ms"
        }
    }

    /// Guessed tokens that were checked, and those that the model chose too.
    private struct Guesses: Encodable {
        let checked: Int
        let right: Int

        init(_ all: [DraftedTokens]) {
            checked = all.map(\.checked).reduce(0, +)
            right = all.map(\.right).reduce(0, +)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case model, device, questions, series
        case areEqual = "equal_answers"
    }

    /// - Parameters:
    ///   - file: of the model that answers.
    ///   - questions: at least one.
    init(file: String, questions: [Question], library: Library) async throws {
        let gguf = try GGUFFile(path: file)
        let engine = try await offSharedPool { try Engine(file: gguf) }
        let template = try ChatTemplate(gguf: gguf, tokenizer: engine.tokenizer)
        var variants: [(name: String, speculation: Speculation?)] = [("none", nil)]
        for (name, looksUp, extent) in [
            ("forced text, as it pays", false, Speculation.Extent.paying), ("as it pays", true, .paying),
            ("forced text, all", false, .all), ("all", true, .all),
        ] {
            var speculation = engine.speculation
            speculation.looksUp = looksUp
            speculation.extent = extent
            variants.append((name, speculation))
        }
        let bar = ProgressBar("Answering")
        var series: [Series] = []
        var answers: [[String]] = []
        for (index, variant) in variants.enumerated() {
            let results = Mutex<[GenerationResult]>([])
            let generator = LanguageModelGenerator(
                engine: engine, chatTemplate: template, name: file, sha256: "", speculation: variant.speculation
            ) { result in results.withLock { $0.append(result) } }
            let troubleshooter = Troubleshooter(retriever: library, generator: generator)
            for (number, question) in questions.enumerated() {
                _ = try await troubleshooter.answer(question)
                bar.update(Double(index * questions.count + number + 1) / Double(variants.count * questions.count))
            }
            let written = results.withLock { $0 }
            series.append(Self.series(variant.name, written))
            answers.append(written.map { engine.text(of: $0) })
        }
        bar.finish()
        model = file
        device = engine.scheduler.device.name
        self.questions = questions.count
        self.series = series
        areEqual = answers.allSatisfy { $0 == answers[0] }
    }

    /// The pass that ends a prompt chooses a token too, and counts.
    private static func series(_ name: String, _ results: [GenerationResult]) -> Series {
        let tokens = results.map { $0.timings.decodeTokens + 1 }.reduce(0, +)
        let passes = results.map { $0.timings.decodePasses + 1 }.reduce(0, +)
        return Series(
            guesses: name, tokens: tokens, passes: passes,
            passesPerToken: tokens > 0 ? Double(passes) / Double(tokens) : 0,
            milliseconds: results.map(\.timings.decodeMs).reduce(0, +),
            forced: Guesses(results.map(\.timings.forced)), lookedUp: Guesses(results.map(\.timings.lookedUp)))
    }

    /// For people.
    var lines: [String] {
        let width = series.map(\.guesses.count).max() ?? 0
        return ["answers     \(questions) by \(model) on \(device)"]
            + series.map { series in
                "guesses: \(series.guesses)" + String(repeating: " ", count: width - series.guesses.count)
                    + "  \(series.passes) passes for \(series.tokens) tokens,"
                    + " \(Quantity.text(series.passesPerToken)) a token, \(Int(series.milliseconds)) ms; right: "
                    + "\(series.forced.right) of \(series.forced.checked) forced,"
                    + " \(series.lookedUp.right) of \(series.lookedUp.checked) looked up"
            } + [areEqual ? "the same answers in all of them" : "the answers DIFFER"]
    }
}
