import ArgumentParser
import Foundation
import Journal

struct BenchIngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "How many events a second the journal makes durable on this disk.",
        discussion: "Example: andon --data /var/lib/andon bench ingest --json")

    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let directory = options.over(root.options).dataDirectory
        try directory.create()
        let figures = try JournalBenchmark.ingest(in: directory.root)
        if json { return try Output.json(figures) }
        func rate(_ value: Double) -> String { "\(Int(value)) events/s" }
        Output.write("plain 4 KiB syncs        \(rate(figures.plainSyncsPerSecond)) (what the disk itself can do)")
        Output.write("single commits           \(rate(figures.singleCommitsPerSecond))")
        Output.write("\(figures.threads) threads, group commit  \(rate(figures.threadedEventsPerSecond))")
        Output.write("batches of \(figures.batchLength)            \(rate(figures.batchedEventsPerSecond))")
        Output.write("redeliveries recognised  \(rate(figures.duplicatesPerSecond))")
    }
}
