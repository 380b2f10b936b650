import ArgumentParser

/// Counts on a command line: `1,2,4`.
struct CountList: ExpressibleByArgument, ExpressibleByArrayLiteral {
    /// A longer list is a mistake.
    private static let limit = 64

    let counts: [Int]

    init(arrayLiteral counts: Int...) { self.counts = counts }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let counts = parts.compactMap { Int($0) }
        guard counts.count == parts.count, counts.count <= Self.limit, counts.allSatisfy({ (1...100_000).contains($0) })
        else { return nil }
        self.counts = counts
    }

    var defaultValueDescription: String { counts.map(String.init).joined(separator: ",") }
}
