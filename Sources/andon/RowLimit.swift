import ArgumentParser
import Journal

/// How many rows a list prints.
struct RowLimit: ParsableArguments {
    @Option(help: "At most this many.") var limit = 50

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit: expected 1 to 100000") }
    }

    /// What stands under rows that are not the whole list: what is not shown must not count as not there.
    static func remainder(_ more: Int) -> String? {
        more > 0 ? "and \(more) more; --limit shows them" : nil
    }
}

/// A list as one JSON document: the rows under a name of their own, with how many there are and are left out.
struct ListDocument<Row: Encodable>: Encodable {
    let name: String
    let rows: [Row]
    let total: Int

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rows, forKey: Key(stringValue: name))
        try container.encode(total, forKey: Key(stringValue: "total"))
        try container.encode(total - rows.count, forKey: Key(stringValue: "more"))
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }
}
