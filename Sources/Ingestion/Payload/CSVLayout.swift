/// One record of comma-separated values and what its columns hold (RFC 4180).
public struct CSVLayout: Sendable, Hashable {
    static let columnLimit = 64

    /// Nil is skipped.
    let columns: [PayloadField?]
    let separator: Character

    /// - Parameter columns: columns beyond these are skipped.
    public init(columns: [PayloadField?], separator: Character = ",") {
        self.columns = columns
        self.separator = separator
    }

    struct Failure: Error, Hashable { let reason: String }

    func fields(in text: String) throws(Failure) -> [PayloadField: String] {
        var found: [PayloadField: String] = [:]
        for (column, value) in zip(columns, try record(text)) where column != nil {
            if let column { found[column] = value }
        }
        return found
    }

    private func record(_ text: String) throws(Failure) -> [String] {
        var values: [String] = []
        var value = ""
        var isQuoted = false
        var isClosed = false
        var characters = text.makeIterator()
        var next = characters.next()
        while let character = next {
            next = characters.next()
            if isQuoted {
                if character != "\"" {
                    value.append(character)
                } else if next == "\"" {
                    value.append(character)
                    next = characters.next()
                } else {
                    isQuoted = false
                    isClosed = true
                }
            } else if character == separator {
                values.append(value)
                value = ""
                isClosed = false
                // What no column names is not worth reading.
                if values.count == columns.count { return values }
            } else if character.isNewline {
                guard next == nil else { throw Failure(reason: "expected one record, got a second line") }
            } else if character == "\"", value.isEmpty, !isClosed {
                isQuoted = true
            } else {
                guard !isClosed else {
                    throw Failure(reason: "expected \"\(separator)\" behind the quotes of column \(values.count + 1)")
                }
                value.append(character)
            }
        }
        guard !isQuoted else { throw Failure(reason: "expected a closing quote in column \(values.count + 1)") }
        values.append(value)
        return values
    }
}
