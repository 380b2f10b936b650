import ArgumentParser
import GGUF
import Tokenization

struct ModelTokenizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize", abstract: "Token ids of the text on stdin.",
        discussion: "Example: printf '油壓過低' | andon model tokenize qwen2.5-7b.gguf --json")

    @Argument(help: "A GGUF file.") var file: String
    @Flag(help: "Read control tokens such as <|im_start|> as such.") var special = false
    @Flag(help: "One JSON document.") var json = false

    private struct Tokens: Encodable {
        let ids: [Int32]
    }

    func run() async throws {
        let tokenizer = try Tokenizer(gguf: GGUFFile(path: file))
        let ids = tokenizer.encode(try StandardInput.text(), allowSpecial: special)
        if json { return try Output.json(Tokens(ids: ids)) }
        Output.write(ids.map(String.init).joined(separator: " "))
    }
}

struct ModelDetokenizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detokenize", abstract: "The text of token ids.",
        discussion: "Example: andon model detokenize qwen2.5-7b.gguf --tokens 9707,1879")

    @Argument(help: "A GGUF file.") var file: String
    @Option(help: "Ids with commas between.") var tokens: TokenList
    @Flag(help: "One JSON document.") var json = false

    private struct Text: Encodable {
        let text: String
    }

    func run() async throws {
        let tokenizer = try Tokenizer(gguf: GGUFFile(path: file))
        let text = tokenizer.decode(try tokens.checked(vocabularyCount: tokenizer.vocabularyCount))
        if json { return try Output.json(Text(text: text)) }
        Output.write(text: text + "\n")
    }
}
