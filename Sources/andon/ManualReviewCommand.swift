import ArgumentParser
import Domain
import Foundation
import Manuals

extension ManualCommand {
    struct Review: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rows of the manuals that count only once a person has looked at them.",
            discussion: """
                A row is withheld where it speaks to software instead of a person, tells to defeat an interlock or a \
                guard, or hides text from who reads the document. Until it is accepted no answer uses it, and each answer \
                about its code says so. Compare it with the paper, then accept it, or mend the document and load it again. \
                An accepted row also counts when the same manual is loaded anew.

                Examples:
                  andon manual review
                  andon manual review --accept 3fa94c01
                """)

        @Option(help: ArgumentHelp("Let this row count from now on; may be given several times.", valueName: "row"))
        var accept: [String] = []
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let library = try ManualCommand.openLibrary(options.over(root.options))
            guard accept.isEmpty else {
                return try ManualCommand.report(try library.acceptRows(accept, by: NSUserName()), json: json)
            }
            let rows = try library.withheldRows()
            if json { return try Output.json(rows) }
            if rows.isEmpty { Output.write("No row is withheld.") }
            for row in rows { Output.write(Self.lines(of: row)) }
        }

        /// The row's words stand as they are, with what would steer the terminal escaped: they are what is to be judged.
        private static func lines(of row: ReviewRow) -> [String] {
            let place = [
                row.manual, row.page.map { "p. \($0)" }, row.line.map { "line \($0)" },
                row.heading.isEmpty ? nil : row.heading.joined(separator: " > "),
            ].compactMap(\.self).joined(separator: ", ")
            let codes = row.codes.map(\.written).joined(separator: ", ")
            let text =
                row.safety.map { "\($0.signalWord): \($0.text)" } + row.text.split(separator: "\n").map(String.init)
            return [PrintableText.line("\(row.row)  \(codes.isEmpty ? "" : codes + ", ")\(place)")]
                + row.reasons.map { "  why: it \($0)" } + text.map { PrintableText.line("  | \($0)") }
        }
    }
}
