import ArgumentParser
import ConstrainedDecoding
import Foundation
import GGUF
import Tokenization

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Models: install, look inside, run the engine alone.",
        subcommands: [
            ModelInstallCommand.self, ModelListCommand.self, ModelInspectCommand.self, ModelTokenizeCommand.self,
            ModelDetokenizeCommand.self, ModelLogitsCommand.self, ModelGenerateCommand.self,
        ])
}

/// Token ids on a command line: `1,2,3`.
struct TokenList: ExpressibleByArgument {
    let ids: [Int32]

    init?(argument: String) {
        var ids: [Int32] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let id = Int32(part.trimmingCharacters(in: .whitespaces)), id >= 0 else { return nil }
            ids.append(id)
        }
        self.ids = ids
    }

    /// - Throws: ``CommandError`` naming the first id that the model does not have.
    func checked(vocabularyCount: Int) throws -> [Int32] {
        if let stranger = ids.first(where: { $0 >= vocabularyCount }) {
            throw CommandError("--tokens: expected ids below \(vocabularyCount), got \(stranger)")
        }
        return ids
    }
}

/// Reads a text argument from stdin, bounded.
enum StandardInput {
    static let bytesLimit = 16 << 20

    static func text() throws -> String {
        let data = try FileHandle.standardInput.read(upToCount: bytesLimit + 1) ?? Data()
        guard data.count <= bytesLimit else { throw CommandError("stdin: expected at most \(bytesLimit) bytes") }
        guard let text = String(data: data, encoding: .utf8) else {
            throw CommandError("stdin: expected UTF-8 text")
        }
        return text
    }
}

/// Reads a file that a command names, bounded.
enum InputFile {
    /// The text of a JSON Schema that can be held to.
    ///
    /// - Throws: ``CommandError`` with the file and the place in it.
    static func schema(_ path: String) throws -> String {
        let text = try text(path)
        do {
            _ = try Grammar(schema: JSONSchema(parsing: text))
        } catch {
            throw CommandError("\(path): \(error)")
        }
        return text
    }

    static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count <= StandardInput.bytesLimit,
            let text = String(data: data, encoding: .utf8)
        else {
            throw CommandError("\(path): expected a readable UTF-8 file of at most \(StandardInput.bytesLimit) bytes")
        }
        return text
    }
}
