import Appliance
import ArgumentParser
import Manuals

struct BenchRetrievalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval", abstract: "How long look-ups by code and by words take.",
        discussion: """
            Measures the library of the data directory, or the sample manuals where that is empty. With --passages it makes
            a library of synthetic manuals instead, and compares SQLite's tokenizers with Andon's on up to 100,000 of its
            passages. A million passages take some minutes and 3 GB of disk in the temporary folder.

            Examples:
              andon bench retrieval --json
              andon bench retrieval --passages 100000
            """)

    @Option(help: "Synthetic passages to measure instead of the library.") var passages: Int?
    @Option(help: "How many questions of each kind.") var questions = 200
    @Option(help: "Of the synthetic passages.") var seed: UInt64 = 1
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    private struct Report: Encodable {
        let build: SyntheticLibrary.Build?
        let figures: RetrievalFigures
        let tokenizers: [TokenizerFigures]?
    }

    func validate() throws {
        guard (1...100_000).contains(questions) else { throw ValidationError("--questions: expected 1 to 100000") }
        guard passages.map((1...5_000_000).contains) ?? true else {
            throw ValidationError("--passages: expected 1 to 5000000")
        }
    }

    func run() async throws {
        let report = try measure(options.over(root.options))
        if json { return try Output.json(report) }
        if let build = report.build {
            Output.write(
                "\(build.passages) synthetic passages in \(Spread.text(build.seconds)) s,"
                    + " \(Int(build.passagesPerSecond)) a second; snapshot \(build.snapshotBytes >> 20) MiB")
        }
        let figures = report.figures
        Output.write("\(figures.passages) passages")
        show("code, model given   ", figures.codeWithModel)
        show("code alone          ", figures.codeAlone)
        show("code that is absent ", figures.absentCode)
        show("words, model given  ", figures.textWithModel)
        show("words alone         ", figures.textAlone)
        for figures in report.tokenizers ?? [] { show(figures) }
    }

    private func measure(_ settings: GlobalOptions.Settings) throws -> Report {
        if let passages {
            let synthetic = try SyntheticLibrary(passages: passages, seed: seed, settings: settings.retrieval())
            return Report(
                build: synthetic.build, figures: try synthetic.library.measureRetrieval(questions: questions),
                tokenizers: try synthetic.library.compareTokenizers(queries: questions))
        }
        let own = try ManualCommand.openForSearch(settings)
        let sample =
            own.libraryNumber == 0 ? try SampleLibrary(ShippedFiles.locate(), settings: settings.retrieval()) : nil
        return Report(
            build: nil, figures: try (sample?.library ?? own).measureRetrieval(questions: questions), tokenizers: nil)
    }

    private func show(_ name: String, _ series: RetrievalFigures.Series) {
        Output.write(
            "\(name)  median \(Spread.text(series.medianMs)) ms, p95 \(Spread.text(series.p95Ms)) ms,"
                + " p99 \(Spread.text(series.p99Ms)) ms, right passage first in \(series.first), in the first five"
                + " \(series.firstFive) of \(series.questions)")
    }

    private func show(_ figures: TokenizerFigures) {
        Output.write(
            "\(figures.tokenizer): \(figures.passages) passages, \(Int(figures.passagesPerSecond)) a second, index"
                + " \(figures.indexBytes >> 20) MiB; any word found by \(figures.withHit), all by"
                + " \(figures.withHitOfAll) of \(figures.queries) queries; any \(Spread.text(figures.anyMedianMs)) ms, p95"
                + " \(Spread.text(figures.anyP95Ms)) ms; all \(Spread.text(figures.allMedianMs)) ms, p95"
                + " \(Spread.text(figures.allP95Ms)) ms")
    }
}
