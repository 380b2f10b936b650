import Appliance
import ArgumentParser
import Domain
import Foundation
import Manuals
import Terminal

struct ManualCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "The loaded manuals; each change is a new snapshot of the library.",
        subcommands: [Import.self, List.self, Review.self, Remove.self, Rollback.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load manuals: all of them or, when one is refused, none.",
            discussion: """
                Takes PDF (scanned pages too), DOCX, HTML, XLSX, CSV, Markdown and plain text. What a person should \
                look at afterwards is listed: rows that look broken, pages that could not be read for sure.

                Examples:
                  andon manual import press.md drive.csv
                  andon manual import VX40-service.pdf --machine-model kestrel-vx40
                  andon manual import faults.csv --machine-model sp-200 --lang en
                """)

        @Argument(help: "Files, or folders of files.") var paths: [String]
        @Option(help: "The machine model that they describe, over what the files say.") var machineModel: String?
        @Option(help: "en or zh-TW, over what the files say.") var lang: Language?
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let library = try ManualCommand.openLibrary(options.over(root.options), creating: true)
            let bar = ProgressBar("Importing")
            defer { bar.finish() }
            let report = try library.importManuals(
                paths.map { URL(fileURLWithPath: $0) },
                overrides: ManualMetadata(
                    machineModel: machineModel.map(MachineModel.init(rawValue:)), language: lang),
                onProgress: { bar.update($0.fraction) })
            bar.finish()
            if json { return try Output.json(report) }
            if let recovery = report.recovery { Output.write("Mended first: \(recovery).") }
            for manual in report.manuals {
                Output.write(
                    PrintableText.line(
                        "\(manual.outcome.rawValue)  \(manual.file), revision \(manual.revision): \(manual.passages) passages,"
                            + " \(manual.codes) codes for \(manual.machineModel)"))
                for warning in manual.warnings { Output.write(PrintableText.line("  warning: \(warning)")) }
                let unsure = manual.pagesThatNeedEyes
                if !unsure.isEmpty {
                    Output.write("  look at page \(unsure.map(String.init).joined(separator: ", ")) yourself")
                }
            }
            for link in report.unfollowedLinks {
                Output.write(
                    PrintableText.line("  not followed: \(link) is a symbolic link; name it itself to load it"))
            }
            let withheld = report.manuals.reduce(0) { $0 + $1.withheld }
            if withheld > 0 {
                Output.write(
                    "\(withheld) \(withheld == 1 ? "row is" : "rows are") withheld until a person has looked at"
                        + " \(withheld == 1 ? "it" : "them"): andon manual review")
            }
            Output.write("The library is number \(report.library).")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The manuals that are loaded.", discussion: "Example: andon manual list --json")

        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let manuals = try ManualCommand.openLibrary(options.over(root.options)).manuals()
            if json { return try Output.json(manuals) }
            if manuals.isEmpty { Output.write("No manuals are loaded; andon manual import loads them.") }
            for manual in manuals {
                let withheld = manual.withheld == 0 ? "" : "  \(manual.withheld) rows withheld"
                Output.write(
                    PrintableText.line(
                        "\(manual.file)  revision \(manual.revision)  \(manual.machineModel)  \(manual.language.rawValue)"
                            + "  \(manual.codes) codes\(withheld)  \(manual.title)"))
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a manual out of the library.", discussion: "Example: andon manual remove press.md")

        @Argument(help: "The manual's file name.") var file: String
        @Option(help: "Only for this machine model.") var machineModel: String?
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let number = try ManualCommand.openLibrary(options.over(root.options)).removeManual(
                file: file, machineModel: machineModel.map(MachineModel.init(rawValue:)))
            try ManualCommand.report(number, json: json)
        }
    }

    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go back to the library before the last change.", discussion: "Example: andon manual rollback")

        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            // Not opened before: what is in use may be what is to be left behind.
            let library = options.over(root.options).dataDirectory.library
            try ManualCommand.report(try Library.rollBack(in: library), json: json)
        }
    }

    private struct LibraryNumber: Encodable {
        let library: Int
    }

    static func report(_ number: Int, json: Bool) throws {
        if json { return try Output.json(LibraryNumber(library: number)) }
        Output.write("The library is number \(number).")
    }

    private static func warn(_ recovery: LibraryRecovery) {
        Output.note("warning: \(recovery); andon doctor --repair makes that lasting")
    }

    /// The library with everything that searching needs.
    static func openForSearch(_ settings: GlobalOptions.Settings) throws -> Library {
        try Library.open(
            settings.dataDirectory.library, settings: settings.retrieval(), onRecovery: ManualCommand.warn)
    }

    static func openLibrary(_ settings: GlobalOptions.Settings, creating: Bool = false) throws -> Library {
        let directory = settings.dataDirectory
        if creating { try directory.create() }
        return try Library.open(directory.library, onRecovery: warn)
    }
}

extension Language: ExpressibleByArgument {}
