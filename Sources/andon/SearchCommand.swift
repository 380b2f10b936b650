import ArgumentParser
import Domain
import Foundation
import Manuals
import Terminal

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Look things up in the manuals; no model is used.",
        discussion: """
            Examples:
              andon search F004
              andon search 主軸過載 --machine-model lingfeng-vmc850 --json
            """)

    @Argument(help: "A code, a symptom or both.") var query: [String]
    @Option(help: "Only this machine model's manuals.") var machineModel: String?
    @Option(help: "At most this many passages.") var limit = 5
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func validate() throws {
        guard query.contains(where: { !$0.trimmingCharacters(in: .whitespaces).isEmpty }) else {
            throw ValidationError("expected a code or a symptom")
        }
        guard (1...100).contains(limit) else { throw ValidationError("--limit: expected 1 to 100") }
    }

    func run() async throws {
        let library = try ManualCommand.openForSearch(options.over(root.options))
        var found = try library.search(
            query.joined(separator: " "), machineModel: machineModel.map(MachineModel.init(rawValue:)), limit: limit)
        found.repairs = try library.repairHistory(for: found)
        if json { return try Output.json(found) }
        let style = Style.forDescriptor(STDOUT_FILENO)
        let wrapper = TextWrapper(width: TerminalSize.columns(of: STDOUT_FILENO))
        let renderer = AnswerRenderer(style: style, columns: TerminalSize.columns(of: STDOUT_FILENO))
        Output.write((found.withheld ?? []).flatMap { renderer.render($0, language: .english) })
        if found.abstain, found.results.isEmpty, found.withheld != nil { return }
        if found.abstain {
            Output.write(style("Not in the loaded manuals.", .warning))
            if !found.results.isEmpty { Output.write("Did you mean:") }
        }
        let firstNeighbour = found.abstain ? nil : found.results.first { $0.match == .suggestion }?.rank
        for result in found.results {
            if result.rank == firstNeighbour { Output.write("These speak of a part of it only:") }
            let place = AnswerRenderer.place(
                manual: result.manual, page: result.page, heading: result.heading, isScanned: result.scanned == true,
                language: .english)
            Output.write(style("\(result.rank). \(result.code.map { "\($0), " } ?? "")\(place)", .heading))
            guard !found.abstain else { continue }
            let lines = wrapper.wrap(result.text)
            Output.write(Highlighter.mark(lines, of: result.text, ranges: result.highlights, style: style))
        }
        if let repairs = found.repairs {
            Output.write(renderer.render(repairs, language: .english))
        }
    }
}
