import Appliance
import ArgumentParser
import Foundation
import Terminal

struct ModelInstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a model and make it the one that writes the answers.",
        discussion: "Example: andon model install Qwen2.5-7B-Instruct-Q4_K_M.gguf")

    @Argument(help: "A GGUF file.") var file: String
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let directory = options.over(root.options).dataDirectory
        try directory.create()
        let bar = ProgressBar("Copying")
        let installed = try ModelStore(directory: directory.models).install(
            URL(fileURLWithPath: file), progress: bar.update)
        bar.finish()
        if json { return try Output.json(installed) }
        Output.write(
            "\(installed.name) is installed and active (\(installed.sha256.prefix(12)), used from the next start).")
    }
}

struct ModelListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Installed models.", discussion: "Example: andon model list --json")

    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let models = try ModelStore(directory: options.over(root.options).dataDirectory.models).list()
        if json { return try Output.json(models) }
        if models.isEmpty { Output.write("No models are installed: the demonstration model writes the answers.") }
        for model in models {
            Output.write(
                "\(model.isActive ? "*" : " ") \(model.name)  \(model.sizeBytes / 1_000_000) MB  \(model.sha256.prefix(12))"
                    + (model.problem.map { "  cannot be used: \($0)" } ?? ""))
        }
    }
}
