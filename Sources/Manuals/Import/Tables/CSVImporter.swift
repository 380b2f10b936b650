/// Imports fault lists as delimited text: `,`, `;` or tab, with `# key: value` lines before the header row.
public struct CSVImporter: ManualImporter {
    public let fileExtensions = ["csv", "tsv"]
    public let version = 3

    public init() {}

    public func parse(_ source: ManualSource, _ context: ImportContext) throws(ManualImportError) -> ParsedManual {
        let limits = context.limits
        var warnings: [ImportWarning] = []
        let text = try source.text(limits: limits, warnings: &warnings)
        var metadata = ManualMetadata()
        var rest = text[...]
        var line = 1
        while rest.first == "#" || rest.first == "\n" {
            guard line <= limits.metadataLines else {
                throw ManualImportError(
                    .metadata, file: source.file, line: line,
                    "more than \(limits.metadataLines) lines before the header row")
            }
            let end = rest.firstIndex(of: "\n") ?? rest.endIndex
            // A comment without a colon is a remark.
            if rest[..<end].contains(":") {
                try metadata.take(line: String(rest[..<end].drop { $0 == "#" }), number: line, file: source.file)
            }
            rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
            line += 1
        }
        let records = try CSVReader.records(in: rest, firstLine: line, file: source.file, limits: limits)
        guard let header = records.first else {
            throw ManualImportError(.malformed, file: source.file, line: line, "no header row")
        }
        let rows = try rows(records.dropFirst(), header: header, file: source.file)
        guard let table = FaultTable(header: header.fields.map(\.trimmed), rows: rows) else {
            throw ManualImportError(
                .malformed, file: source.file, line: header.line,
                "the header row \"\(header.fields.joined(separator: " | "))\" names no code column with a fault, cause or "
                    + "remedy column (Code, Fault, Cause, Remedy; 代碼, 名稱, 原因, 處置)")
        }
        var manual = ParsedManual(metadata: metadata, passages: [], warnings: warnings)
        let place = FaultTable.Place(heading: [], safety: [])
        manual.passages = table.passages(at: place, warnings: &manual.warnings)
        return try manual.checked(file: source.file, limits: limits)
    }

    /// Refuses ragged rows: a shifted cell would put one fault's remedy under another's cause.
    private func rows(
        _ records: ArraySlice<CSVReader.Record>, header: CSVReader.Record, file: String
    ) throws(ManualImportError) -> [FaultTable.Row] {
        var rows: [FaultTable.Row] = []
        for record in records {
            guard record.fields.count == header.fields.count else {
                throw ManualImportError(
                    .malformed, file: file, line: record.line,
                    "expected \(header.fields.count) columns as in the header row, found \(record.fields.count)")
            }
            rows.append(FaultTable.Row(cells: record.fields, line: record.line, page: nil))
        }
        return rows
    }
}
