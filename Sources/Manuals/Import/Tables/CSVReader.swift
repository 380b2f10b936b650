/// Reads delimited text as RFC 4180 has it: quotes, doubled quotes, line ends inside quotes.
struct CSVReader {
    struct Record {
        var fields: [String]
        /// Where it begins in the file, from 1.
        var line: Int
    }

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private static let quote = UInt8(ascii: "\"")
    private static let lineEnd = UInt8(ascii: "\n")

    private let file: String
    private let limits: ImportLimits
    private var index = 0
    private var line: Int

    /// - Parameter firstLine: the number in the file of the text's first line.
    static func records(
        in text: Substring, firstLine: Int, file: String, limits: ImportLimits
    ) throws(ManualImportError) -> [Record] {
        var reader = CSVReader(
            bytes: Array(text.utf8), delimiter: detectDelimiter(text), file: file, limits: limits, line: firstLine)
        var records: [Record] = []
        while let record = try reader.next() {
            guard records.count <= limits.rows else {
                throw ManualImportError(.tooLarge, file: file, line: record.line, "more than \(limits.rows) rows")
            }
            records.append(record)
        }
        return records
    }

    private init(bytes: [UInt8], delimiter: UInt8, file: String, limits: ImportLimits, line: Int) {
        self.bytes = bytes
        self.delimiter = delimiter
        self.file = file
        self.limits = limits
        self.line = line
    }

    /// The delimiter that parts the header line most often, quotes apart.
    private static func detectDelimiter(_ text: Substring) -> UInt8 {
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in text.utf8 {
            if byte == quote { isQuoted.toggle() }
            if byte == lineEnd, !isQuoted { break }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        return candidates.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? candidates[0]
    }

    private mutating func next() throws(ManualImportError) -> Record? {
        while index < bytes.count, bytes[index] == Self.lineEnd { advanceLine() }
        guard index < bytes.count else { return nil }
        var record = Record(fields: [], line: line)
        while true {
            record.fields.append(try field(recordLine: record.line))
            guard record.fields.count <= limits.columns else {
                throw ManualImportError(
                    .malformed, file: file, line: record.line, "more than \(limits.columns) columns")
            }
            guard index < bytes.count else { return record }
            let end = bytes[index]
            if end == Self.lineEnd {
                advanceLine()
                return record
            }
            index += 1
        }
    }

    private mutating func field(recordLine: Int) throws(ManualImportError) -> String {
        let content: [UInt8]
        if index < bytes.count, bytes[index] == Self.quote {
            content = try quotedField()
        } else {
            let end = bytes[index...].firstIndex { $0 == delimiter || $0 == Self.lineEnd } ?? bytes.count
            content = Array(bytes[index..<end])
            index = end
        }
        // Cut at ASCII bytes out of valid UTF-8, so it is valid itself.
        let field = String(decoding: content, as: UTF8.self)
        guard field.count <= limits.cellCharacters else {
            throw ManualImportError(
                .tooLarge, file: file, line: recordLine,
                "a cell of \(field.count) characters; the limit is \(limits.cellCharacters)")
        }
        return field
    }

    private mutating func quotedField() throws(ManualImportError) -> [UInt8] {
        let start = line
        var field: [UInt8] = []
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == Self.quote {
                index += 1
                guard index < bytes.count else { return field }
                if bytes[index] == Self.quote {
                    field.append(byte)
                    index += 1
                    continue
                }
                guard bytes[index] == delimiter || bytes[index] == Self.lineEnd else {
                    throw ManualImportError(
                        .malformed, file: file, line: line,
                        "text after a closing quote; expected a delimiter, a line end or a doubled quote")
                }
                return field
            }
            field.append(byte)
            if byte == Self.lineEnd { advanceLine() } else { index += 1 }
        }
        throw ManualImportError(.malformed, file: file, line: start, "a quote opened here is never closed")
    }

    private mutating func advanceLine() {
        index += 1
        line += 1
    }
}
