import Appliance
import ArgumentParser
import ConstrainedDecoding
import GGUF
import Tokenization

struct BenchTokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "How long it takes to hold tokens to a grammar.",
        discussion: """
            Writes random documents under the masks of many schemas, with the vocabulary of a model file (the
            demonstration model's by default).

            Example: andon bench tokens qwen2.5-7b.gguf --json
            """)

    @Argument(help: "A GGUF file; only its vocabulary is read.") var file: String?
    @Option(help: "Documents for each schema.") var documents = 20
    @Option(help: "Makes the documents repeatable.") var seed: UInt64 = 1
    @Flag(help: "One JSON document.") var json = false

    /// One part a field, each with its own lines for people.
    private struct Figures: Encodable {
        let vocabulary: Vocabulary
        let masks: MaskFigures
    }

    private struct Vocabulary: Encodable {
        let file: String
        let tokens: Int
        /// Once for a model.
        let prepare: Double

        enum CodingKeys: String, CodingKey {
            case file, tokens
            case prepare = "prepare_ms"
        }
    }

    func validate() throws {
        guard (1...100_000).contains(documents) else { throw ValidationError("--documents: expected 1 to 100000") }
    }

    func run() async throws {
        let path = try file ?? ShippedFiles.locate().demonstrationModel.path
        let tokenizer = try Tokenizer(gguf: GGUFFile(path: path))
        let bytes = (0..<Int32(tokenizer.vocabularyCount)).map(tokenizer.tokenBytes)
        let (tableMs, table) = try milliseconds {
            try TokenTable(tokenBytes: bytes, endOfGeneration: tokenizer.endOfGeneration)
        }
        let figures = Figures(
            vocabulary: Vocabulary(file: path, tokens: table.vocabularyCount, prepare: tableMs),
            masks: try MaskFigures(tokens: table, documents: documents, seed: seed))
        if json { return try Output.json(figures) }
        Output.write("\(path): \(table.vocabularyCount) tokens, prepared in \(Int(tableMs)) ms")
        Output.write(figures.masks.lines)
    }
}
