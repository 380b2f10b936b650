import Appliance
import ArgumentParser
import Foundation
import Journal

struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "The journal's own commands.", subcommands: [Export.self, Verify.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the whole journal as JSON Lines.",
            discussion: """
                A header with the rules that the journal is folded by, the entries in their order up to the last folded one at
                the start, then the incidents, groups and transitions that follow from them. andon replay makes a journal of
                it again. The appliance may go on running, and whoever reads the export may take their time.

                Example: andon journal export --out journal.jsonl
                """)

        @Option(help: "The file to write; else stdout.") var out: String?
        @Flag(help: "With --out: one JSON document about the export.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        private struct Receipt: Encodable {
            let file: String
            let entries: Int
        }

        func validate() throws {
            guard out != nil || !json else { throw ValidationError("--json goes with --out: the export is JSON Lines") }
        }

        func run() async throws {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
            guard let out else {
                try journal.export { Output.put(String(decoding: $0, as: UTF8.self)) }
                return
            }
            let entries = try ExportFile.write(to: URL(fileURLWithPath: out)) { try journal.export(write: $0) }
            if json { return try Output.json(Receipt(file: out, entries: entries)) }
            Output.write("\(entries) entries are in \(out).")
        }
    }
}

extension JournalCommand {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the whole journal and say what is wrong with the file.",
            discussion: """
                The appliance may go on running. Exit code 65 when something is wrong.

                Example: andon journal verify
                """)

        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        private struct Finding: Encodable {
            let file: String
            let problems: [String]
        }

        func run() async throws {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
            let problems = try journal.integrityProblems()
            if json {
                try Output.json(Finding(file: journal.path, problems: problems))
            } else {
                Output.write(problems.isEmpty ? "\(journal.path) is sound." : "\(journal.path) is damaged:")
                for problem in problems { Output.write("  \(problem)") }
            }
            guard problems.isEmpty else { throw ExitCode(ExitStatus.badInput.rawValue) }
        }
    }
}

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Make a journal again from an export, and compare.",
        discussion: """
            Restores the entries, folds them by the export's rules, exports the result and compares it with the file,
            byte for byte. With --answers the library and model of --data write every answer again.
            Exit code 65 when something comes out otherwise.

            Example: andon replay journal.jsonl --answers
            """)

    @Argument(help: "What andon journal export wrote.") var file: String
    @Option(help: "Keep the new journal in this directory, as a data directory of its own.") var into: String?
    @Flag(help: "Have the answers written again too.") var answers = false
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    private struct Outcome: Encodable {
        let journal: JournalReplay.Report
        let answers: AnswerReplayReport?
    }

    func run() async throws {
        let workspace = FileManager.default.temporaryDirectory.appendingPathComponent(
            "andon-replay-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: workspace) }
        try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
        let directory = DataDirectory(root: into.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? workspace)
        try directory.create()
        let (journal, report) = try JournalReplay.run(export: file, to: directory.journal.path)
        var answerReport: AnswerReplayReport?
        if answers {
            let settings = options.over(root.options)
            let shipped = try ShippedFiles.locate()
            let appliance = try Appliance(
                configuration: settings.configuration(shipped), directory: settings.dataDirectory, shipped: shipped,
                logger: settings.logger("andon"))
            let scratch = try EventJournal(path: workspace.appendingPathComponent("scratch.sqlite").path)
            answerReport = try await appliance.replayAnswers(of: journal, scratch: scratch)
        }
        if json {
            try Output.json(Outcome(journal: report, answers: answerReport))
        } else {
            show(report, answerReport)
        }
        guard report.firstDifferentLine == nil, answerReport?.different.isEmpty != false else {
            throw ExitCode(ExitStatus.badInput.rawValue)
        }
    }

    private func show(_ report: JournalReplay.Report, _ answers: AnswerReplayReport?) {
        let outcome = report.firstDifferentLine.map { "the new journal differs from line \($0) on" }
        Output.write(
            "\(report.entries) entries, \(report.incidents) incidents, \(report.answers) answers: "
                + (outcome ?? "the same, byte for byte"))
        guard let answers else { return }
        Output.write(
            "Answers written again: \(answers.same) the same, \(answers.different.count) otherwise,"
                + " \(answers.notComparable) passed over")
        for (reason, count) in answers.passedOver.sorted(by: { $0.key < $1.key }) {
            Output.write("  passed over: \(count) \(reason)")
        }
        for incident in answers.different { Output.write("  incident \(incident) has another answer") }
    }
}
