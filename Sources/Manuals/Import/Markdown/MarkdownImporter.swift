import Domain

/// Imports Markdown manuals: front matter, page markers, fault tables and headed sections.
public struct MarkdownImporter: ManualImporter {
    public let fileExtensions = ["md", "markdown"]
    public let version = 3

    public init() {}

    public func parse(_ source: ManualSource, _ context: ImportContext) throws(ManualImportError) -> ParsedManual {
        let limits = context.limits
        var warnings: [ImportWarning] = []
        let text = HiddenMarkup.marked(markdown: try source.text(limits: limits, warnings: &warnings))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var metadata = ManualMetadata()
        let first = try frontMatter(lines, file: source.file, limits: limits, into: &metadata)
        let parsed = try MarkdownBlockParser.parse(lines, from: first, file: source.file, limits: limits)
        return try ParsedManual.make(
            from: parsed.blocks, metadata: metadata, warnings: warnings + parsed.warnings, file: source.file,
            limits: limits)
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
}
