import Domain

/// Imports XLSX fault lists: every visible sheet, tables below titles, merged cells, codes with their leading zeros.
public struct SpreadsheetImporter: ManualImporter {
    public let fileExtensions = ["xlsx", "xlsm"]
    public let version = 2
    private static let metadataRows = 16

    public init() {}

    public func parse(_ source: ManualSource, _ context: ImportContext) throws(ManualImportError) -> ParsedManual {
        let work = try WorkFolder(file: source.file)
        return try source.withFile { url throws(ManualImportError) in
            let archive = try Archive(url, file: source.file, work: work, limits: context.limits)
            return try parse(Workbook(archive), file: source.file, context)
        }
    }

    private func parse(
        _ workbook: Workbook, file: String, _ context: ImportContext
    ) throws(ManualImportError) -> ParsedManual {
        var metadata = ManualMetadata()
        var warnings: [ImportWarning] = []
        var passages: [PassageDraft] = []
        for name in workbook.hiddenSheets {
            warnings.append(ImportWarning(.skippedPart, "sheet \"\(name)\" is hidden and was not read"))
        }
        for (index, sheet) in workbook.sheets.enumerated() {
            let rows = takeMetadata(try workbook.rows(of: sheet, warnings: &warnings), into: &metadata)
            let blocks = GridReader.blocks(of: rows, keepsTables: true)
            let hasSeveral = workbook.sheets.count > 1
            let title = ManualBlock(content: .heading(level: 1, text: sheet.name), line: 1)
            var found = ParsedManual(metadata: metadata, passages: [], warnings: [])
            for section in ManualOutline.sections(of: hasSeveral ? [title] + blocks : blocks, title: metadata.title) {
                found.passages += SectionPassages.make(from: section, limits: context.limits, warnings: &found.warnings)
            }
            if found.passages.isEmpty {
                found.warnings.append(ImportWarning(.skippedPart, "nothing was found in it"))
            }
            passages += found.passages
            warnings += found.warnings.map { warning in
                ImportWarning(warning.kind, line: warning.line, "sheet \"\(sheet.name)\": \(warning.message)")
            }
            context.tell(pages: index + 1, of: workbook.sheets.count)
        }
        return try ParsedManual(metadata: metadata, passages: passages, warnings: warnings)
            .checked(file: file, limits: context.limits)
    }

    /// Takes the rows that say something about the manual, above the first table: `Machine model | VX40`, `機型：VX40`.
    private func takeMetadata(_ rows: [GridRow], into metadata: inout ManualMetadata) -> [GridRow] {
        var kept: [GridRow] = []
        for (index, row) in rows.enumerated() {
            let filled = row.texts.map(\.trimmed).filter { !$0.isEmpty }
            let isTaken =
                switch index < Self.metadataRows ? filled.count : 0 {
                case 1: DocumentMetadata.take(filled[0], into: &metadata)
                case 2: DocumentMetadata.take(filled.joined(separator: ":"), into: &metadata)
                default: false
                }
            if !isTaken { kept.append(row) }
        }
        return kept
    }
}
