import Appliance
import ArgumentParser
import Manuals

struct BenchRetrievalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval", abstract: "How long look-ups by code and by words take.",
        discussion: """
            Measures the library of the data directory, or the sample manuals where that is empty.

            Example: andon bench retrieval --json
            """)

    @Option(help: "How many questions of each kind.") var questions = 200
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func validate() throws {
        guard (1...100_000).contains(questions) else { throw ValidationError("--questions: expected 1 to 100000") }
    }

    func run() async throws {
        let own = try ManualCommand.openLibrary(options.over(root.options))
        let sample = own.libraryNumber == 0 ? try SampleLibrary(ShippedFiles.locate()) : nil
        let figures = try (sample?.library ?? own).measureRetrieval(questions: questions)
        if json { return try Output.json(figures) }
        Output.write("\(figures.passages) passages\(sample == nil ? "" : " (the sample manuals)")")
        show("code, model given   ", figures.codeWithModel)
        show("code alone          ", figures.codeAlone)
        show("code that is absent ", figures.absentCode)
        show("words, model given  ", figures.textWithModel)
        show("words alone         ", figures.textAlone)
    }

    private func show(_ name: String, _ series: RetrievalFigures.Series) {
        Output.write(
            "\(name)  median \(Spread.text(series.medianMs)) ms, p95 \(Spread.text(series.p95Ms)) ms,"
                + " right passage first in \(series.first) of \(series.questions)")
    }
}
