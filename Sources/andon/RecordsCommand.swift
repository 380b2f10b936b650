import Appliance
import ArgumentParser
import Domain
import Foundation
import Manuals
import Terminal

struct RecordsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "The plant's own lists of past repairs, shown beside the manual and never as part of it.",
        subcommands: [Import.self, List.self, Remove.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load lists of repairs (CSV, XLSX): all of them or, when one is refused, none.",
            discussion: """
                A list has a header row with the code and what was done; date, machine, model and result are used \
                where they are there. Other header words are named with --map. A machine's model comes from the \
                row, from the configuration or from --machine-model.

                Examples:
                  andon records import repairs-2025.xlsx
                  andon records import work-orders.csv --map code=Fehler --map action=Arbeit --machine-model sp-200
                """)

        @Argument(help: "Files.") var paths: [String]
        @Option(
            help: ArgumentHelp(
                "Which header a column has: \(RecordColumns.Role.allCases.map(\.rawValue).joined(separator: ", ")).",
                valueName: "column=header"))
        var map: [ColumnMapping] = []
        @Option(help: "The machine model of rows that name none.") var machineModel: String?
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let settings = options.over(root.options)
            let library = try ManualCommand.openLibrary(settings, creating: true)
            let machines = try settings.configuration(ShippedFiles.locate()).machines.map {
                ($0.machine.id, $0.machine.model)
            }
            let bar = ProgressBar("Importing")
            defer { bar.finish() }
            let report = try library.importRecords(
                paths.map { URL(fileURLWithPath: $0) },
                columns: RecordColumns(
                    headers: Dictionary(map.map { ($0.role, $0.header) }, uniquingKeysWith: { $1 })),
                machineModel: machineModel.map(MachineModel.init(rawValue:)),
                machineModels: Dictionary(machines, uniquingKeysWith: { first, _ in first }),
                onProgress: { bar.update($0.fraction) })
            bar.finish()
            if json { return try Output.json(report) }
            for file in report.files {
                Output.write(PrintableText.line("\(file.outcome.rawValue)  \(file.file): \(file.records) repairs"))
                for warning in file.warnings { Output.write(PrintableText.line("  warning: \(warning)")) }
            }
            Output.write("The library is number \(report.library).")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The lists that are loaded.", discussion: "Example: andon records list --json")

        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let sources = try ManualCommand.openLibrary(options.over(root.options)).recordSources()
            if json { return try Output.json(sources) }
            if sources.isEmpty { Output.write("No repairs are loaded; andon records import loads them.") }
            for source in sources { Output.write(PrintableText.line("\(source.file)  \(source.records) repairs")) }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a list out of the library.", discussion: "Example: andon records remove repairs-2025.xlsx")

        @Argument(help: "The list's file name.") var file: String
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let number = try ManualCommand.openLibrary(options.over(root.options)).removeRecords(file: file)
            try ManualCommand.report(number, json: json)
        }
    }
}

/// `code=Fehler`: a column and the header that it has.
struct ColumnMapping: ExpressibleByArgument {
    let role: RecordColumns.Role
    let header: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let role = RecordColumns.Role(rawValue: parts[0].lowercased()) else { return nil }
        self.role = role
        header = parts[1]
    }
}
