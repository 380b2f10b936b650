import Appliance
import ArgumentParser
import ConstrainedDecoding
import GGUF
import Tokenization

struct BenchTokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "Tokenizer, grammars, and how many passes of the model a token takes.",
        discussion: """
            Encodes text of manuals and writes random documents under the masks of many schemas, with the vocabulary of a
            model file (the demonstration model's by default); then has a model answer for codes of the sample manuals,
            with tokens guessed ahead and without.

            Example: andon bench tokens qwen2.5-7b.gguf --answers 0 --json
            """)

    @Argument(help: "A GGUF file; only its vocabulary is read.") var file: String?
    @Option(help: "Documents for each schema.") var documents = 20
    @Option(help: "Makes the documents repeatable.") var seed: UInt64 = 1
    @Option(help: "How many codes of the sample manuals to answer for; 0 leaves that out.") var answers = 10
    @Option(help: "The model that answers; else the demonstration model.") var model: String?
    @Flag(help: "One JSON document.") var json = false

    /// One part a field, each with its own lines for people.
    private struct Figures: Encodable {
        let vocabulary: Vocabulary
        let tokenizer: TokenizerBenchmark.Figures
        let masks: MaskFigures
        let answers: PassFigures?
    }

    private struct Vocabulary: Encodable {
        let file: String
        let tokens: Int
        /// Once for a model.
        let prepareMs: Double

        enum CodingKeys: String, CodingKey {
            case file, tokens
            case prepareMs = "prepare_ms"
        }
    }

    func validate() throws {
        guard (1...100_000).contains(documents) else { throw ValidationError("--documents: expected 1 to 100000") }
        guard (0...10_000).contains(answers) else { throw ValidationError("--answers: expected 0 to 10000") }
    }

    func run() async throws {
        let shipped = try ShippedFiles.locate()
        let path = file ?? shipped.demonstrationModel.path
        let tokenizer = try Tokenizer(gguf: GGUFFile(path: path))
        let bytes = (0..<Int32(tokenizer.vocabularyCount)).map(tokenizer.tokenBytes)
        let (tableMs, table) = try milliseconds {
            try TokenTable(tokenBytes: bytes, endOfGeneration: tokenizer.endOfGeneration)
        }
        let figures = Figures(
            vocabulary: Vocabulary(file: path, tokens: table.vocabularyCount, prepareMs: tableMs),
            tokenizer: TokenizerBenchmark().measure(tokenizer),
            masks: try MaskFigures(tokens: table, documents: documents, seed: seed),
            answers: try await passes(shipped))
        if json { return try Output.json(figures) }
        Output.write("\(path): \(table.vocabularyCount) tokens, prepared in \(Int(tableMs)) ms")
        Output.write(
            "tokenizer   \(Quantity.text(figures.tokenizer.encodeMBPerSecond)) MB/s,"
                + " back \(Quantity.text(figures.tokenizer.decodeMBPerSecond)) MB/s")
        Output.write(figures.masks.lines)
        if let answers = figures.answers { Output.write(answers.lines) }
    }

    private func passes(_ shipped: ShippedFiles) async throws -> PassFigures? {
        guard answers > 0 else { return nil }
        let sample = try SampleLibrary(shipped)
        return try await PassFigures(
            file: model ?? shipped.demonstrationModel.path, questions: sample.questions(atMost: answers),
            library: sample.library)
    }
}
