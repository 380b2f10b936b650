import APIClient
import Appliance
import ArgumentParser
import Domain
import Foundation
import Terminal

struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "The troubleshooting steps for a code or symptom.",
        discussion: """
            Uses the running appliance; without one it opens the data directory itself.

            Examples:
              andon ask F004 --machine press-07
              andon ask E-07 --model-name norvia-bc60 --lang en --json
            """)

    @Argument(help: "A code, a symptom or both.") var code: [String]
    @Option(help: "The machine that shows it.") var machine: String?
    @Option(help: "The machine model, where no machine is configured.") var modelName: String?
    @Option(help: "en or zh-TW.") var lang: Language?
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func validate() throws {
        guard code.contains(where: { !$0.trimmingCharacters(in: .whitespaces).isEmpty }) else {
            throw ValidationError("expected a code or a symptom")
        }
    }

    func run() async throws {
        let settings = options.over(root.options)
        let request = AskRequest(
            text: code.joined(separator: " "), machine: machine.map(MachineID.init(rawValue:)),
            machineModel: modelName.map(MachineModel.init(rawValue:)), language: lang)
        let configuration = try settings.configuration(ShippedFiles.locate())
        let printer = AnswerPrinter(
            isSilent: json, language: lang ?? configuration.language(of: request.machine))
        let answer: Answer
        let client = APIClient(socketPath: settings.dataDirectory.socketPath)
        do {
            answer = try await client.ask(request) { printer.show($0) }
        } catch let error as APIError where error.code == .notRunning {
            answer = try await askWithoutService(request, settings, printer)
        }
        if json { return Output.json(text: String(decoding: try answer.json(), as: UTF8.self)) }
        printer.finish(answer)
    }

    private func askWithoutService(
        _ request: AskRequest, _ settings: GlobalOptions.Settings, _ printer: AnswerPrinter
    ) async throws -> Answer {
        let shipped = try ShippedFiles.locate()
        let appliance = try Appliance(
            configuration: settings.configuration(shipped), directory: settings.dataDirectory, shipped: shipped,
            logger: settings.logger("andon"))
        return try await appliance.ask(request) { progress in
            if let event = AskEvent(progress) { printer.show(event) }
        }
    }
}
