import ArgumentParser
import Foundation
import Manuals

struct BenchImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "How many passages and pages a second an import takes in.",
        discussion: """
            Imports synthetic manuals as CSV and as Markdown into libraries of their own, or files of yours, each \
            alone. Everything counts up to the switch of the snapshot.

            Examples:
              andon bench import --passages 100000
              andon bench import VX40-service.pdf --json
            """)

    @Argument(help: "Manuals to import instead of synthetic ones.") var files: [String] = []
    @Option(help: "How many synthetic passages.") var passages = 20_000
    @Flag(help: "One JSON document.") var json = false

    func validate() throws {
        guard (1...1_000_000).contains(passages) else { throw ValidationError("--passages: expected 1 to 1000000") }
    }

    func run() async throws {
        let figures =
            try files.isEmpty
            ? ImportBenchmark.synthetic(passages: passages)
            : ImportBenchmark.files(files.map { URL(fileURLWithPath: $0) })
        if json { return try Output.json(figures) }
        for series in figures.series {
            let pages = series.pages > 0 ? ", \(series.pages) pages, \(Int(series.pagesPerSecond)) pages/s" : ""
            Output.write(
                "\(series.name): \(series.passages) passages in \(Spread.text(series.seconds * 1_000)) ms,"
                    + " \(Int(series.passagesPerSecond)) passages/s\(pages); peak memory \(series.peakMemoryMiB) MiB,"
                    + " converters \(series.converterMemoryMiB) MiB")
        }
    }
}
