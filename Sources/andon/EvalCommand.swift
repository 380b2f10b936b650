import Appliance
import ArgumentParser
import Foundation
import Manuals

struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "How well the library answers a set of questions.",
        discussion: """
            FILE has a question a line:
              {"query":"油壓過低","machine_model":"halden-sp200","expect":[{"manual":"press.md","code":"P101"}],"kind":"symptom"}
            With an empty list in expect the right answer is none. An empty data directory is filled with the sample
            manuals, whose questions are in packaging/demo/questions.

            Examples:
              andon eval packaging/demo/questions/development.jsonl
              andon eval questions.jsonl --json
            """)

    @Argument(help: "JSON Lines.") var file: String
    @Flag(help: "Also abstention at other thresholds, for words.") var curve = false
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    private struct Report: Encodable {
        let evaluation: RetrievalEvaluation
        let curve: [AbstentionPoint]?
    }

    func run() async throws {
        let questions = try EvaluationQuestion.read(URL(fileURLWithPath: file))
        let settings = options.over(root.options)
        let own = try ManualCommand.openForSearch(settings)
        let sample =
            own.libraryNumber == 0 ? try SampleLibrary(ShippedFiles.locate(), settings: settings.retrieval()) : nil
        let library = sample?.library ?? own
        let report = Report(
            evaluation: try library.evaluate(questions),
            curve: curve ? try library.abstentionCurve(questions) : nil)
        if json { return try Output.json(report) }
        for failure in report.evaluation.failures {
            let question = failure.question
            let model = question.machineModel.map { " [\($0)]" } ?? ""
            let expected = question.expect.map { "\($0.manual) \($0.code?.written ?? "any")" }
            Output.write("\(failure.reason.rawValue)  \(question.kind)\(model): \(question.query)")
            Output.write("  expected \(expected.isEmpty ? "nothing" : expected.joined(separator: " or "))")
            Output.write("  found \(failure.found.isEmpty ? "nothing" : failure.found.joined(separator: ", "))")
        }
        for group in report.evaluation.kinds {
            show("\(group.kind), \(group.language.rawValue)", group.figures)
        }
        show("all", report.evaluation.overall)
        Output.write("\(report.evaluation.wrongCodes) wrong codes")
        for point in report.curve ?? [] {
            Output.write(
                "threshold \(Spread.text(point.threshold)): abstention \(Self.text(point.abstention)),"
                    + " false \(Self.text(point.falseAbstention))")
        }
    }

    private func show(_ name: String, _ figures: RetrievalEvaluation.Figures) {
        var parts = ["\(name): \(figures.questions) questions"]
        if figures.recallAt1.trials > 0 {
            parts.append("R@1 \(Self.text(figures.recallAt1))")
            parts.append("R@5 \(Self.text(figures.recallAt5))")
            parts.append("MRR \(Spread.text(figures.meanReciprocalRank ?? 0))")
            parts.append("abstained wrongly \(Self.text(figures.falseAbstention))")
        }
        if figures.abstention.trials > 0 { parts.append("abstained rightly \(Self.text(figures.abstention))") }
        Output.write(parts.joined(separator: ", "))
    }

    private static func text(_ share: Proportion) -> String {
        guard let value = share.value, let interval = share.interval else { return "-" }
        func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }
        return "\(percent(value)) % (\(percent(interval.lowerBound))–\(percent(interval.upperBound)))"
    }
}
