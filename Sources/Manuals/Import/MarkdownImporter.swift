import Domain

/// Imports Markdown manuals: front matter, page markers, fault tables and headed sections.
public struct MarkdownImporter: ManualImporter {
    public let fileExtensions = ["md", "markdown"]
    public let version = 1

    public init() {}

    public func parse(_ source: ManualSource, limits: ImportLimits) throws(ManualImportError) -> ParsedManual {
        let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
        var metadata = ManualMetadata()
        let first = try frontMatter(lines, file: source.file, limits: limits, into: &metadata)
        let (blocks, warnings) = try MarkdownBlockParser.parse(lines, from: first, file: source.file, limits: limits)
        metadata.title = metadata.title ?? MarkdownImporter.firstHeading(blocks)
        var manual = ParsedManual(metadata: metadata, passages: [], warnings: warnings)
        for section in MarkdownOutline.sections(of: blocks, title: metadata.title) {
            manual.passages += SectionPassages.make(from: section, limits: limits, warnings: &manual.warnings)
        }
        return try manual.checked(file: source.file, limits: limits)
    }

    /// Reads the front matter between two `---` lines. - Returns: the index of the first line after it.
    private func frontMatter(
        _ lines: [Substring], file: String, limits: ImportLimits, into metadata: inout ManualMetadata
    ) throws(ManualImportError) -> Int {
        guard lines.first?.trimmed == "---" else { return 0 }
        for index in lines.indices.dropFirst().prefix(limits.metadataLines) {
            if lines[index].trimmed == "---" { return index + 1 }
            try metadata.take(line: String(lines[index]), number: index + 1, file: file)
        }
        throw ManualImportError(
            .metadata, file: file, line: 1,
            "the front matter is not closed with --- within \(limits.metadataLines) lines")
    }

    private static func firstHeading(_ blocks: [MarkdownBlock]) -> String? {
        for block in blocks {
            if case .heading(_, let text) = block.content, !text.isEmpty { return text }
        }
        return nil
    }
}
