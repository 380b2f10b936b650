import ArgumentParser

/// How many rows a list prints.
struct RowLimit: ParsableArguments {
    @Option(help: "At most this many.") var limit = 50

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit: expected 1 to 100000") }
    }
}
