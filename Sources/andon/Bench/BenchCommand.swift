import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure this machine; figures, never a verdict.",
        subcommands: [
            BenchModelCommand.self, BenchRetrievalCommand.self, BenchImportCommand.self, BenchIngestCommand.self,
            BenchAnswerCommand.self,
            BenchTokensCommand.self,
        ])
}

/// Middle and tail of repeated measurements, in milliseconds.
struct Spread: Encodable, CustomStringConvertible {
    let runs: Int
    let median: Double
    let p95: Double
    let maximum: Double

    /// - Parameter values: at least one.
    init(_ values: [Double]) {
        let sorted = values.sorted()
        func quantile(_ fraction: Double) -> Double { sorted[Int((Double(sorted.count - 1) * fraction).rounded())] }
        runs = sorted.count
        median = quantile(0.5)
        p95 = quantile(0.95)
        maximum = quantile(1)
    }

    var description: String {
        "median \(Self.text(median)) ms, p95 \(Self.text(p95)) ms, max \(Self.text(maximum)) ms over \(runs) runs"
    }

    static func text(_ milliseconds: Double) -> String {
        let digits = milliseconds < 10 ? 100.0 : 1.0
        return "\((milliseconds * digits).rounded() / digits)"
    }
}

/// Times a piece of work.
func milliseconds<Result>(_ body: () throws -> Result) rethrows -> (Double, Result) {
    let start = ContinuousClock.now
    let result = try body()
    return (start.duration(to: .now) / .milliseconds(1), result)
}
