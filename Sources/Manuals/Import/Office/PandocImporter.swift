import Domain
import Foundation

/// Imports DOCX and HTML through pandoc, which keeps headings, lists and merged table cells.
public struct PandocImporter: ManualImporter {
    enum Format: String {
        case docx, html
    }

    public let fileExtensions: [String]
    public let version = 2
    private let format: Format

    init(_ format: Format) {
        self.format = format
        fileExtensions = format == .docx ? ["docx"] : ["html", "htm"]
    }

    public func parse(_ source: ManualSource, _ context: ImportContext) throws(ManualImportError) -> ParsedManual {
        let limits = context.limits
        let work = try WorkFolder(file: source.file)
        var warnings: [ImportWarning] = []
        let json: Data
        switch format {
        case .docx:
            json = try source.withFile { url throws(ManualImportError) in
                // Pandoc unpacks into memory and compares no check sums, so bombs and damage are found before it.
                let archive = try Archive(url, file: source.file, work: work, limits: limits)
                try archive.check()
                return try convert(HiddenRuns.marked(archive) ?? url, file: source.file, work, limits)
            }
        case .html:
            // Pandoc takes UTF-8 only.
            let text = try source.text(limits: limits, warnings: &warnings)
            let copy = work.url.appending(path: "input.html")
            do {
                try Data(HiddenMarkup.marked(text).utf8).write(to: copy)
            } catch {
                throw ManualImportError(.converter, file: source.file, "no room to convert it: \(error)")
            }
            json = try convert(copy, file: source.file, work, limits)
        }
        let document: PandocDocument
        do {
            document = try JSONDecoder().decode(PandocDocument.self, from: json)
        } catch {
            throw ManualImportError(.converter, file: source.file, "pandoc printed what cannot be read: \(error)")
        }
        return try manual(document, warnings, file: source.file, limits)
    }

    private func convert(
        _ url: URL, file: String, _ work: WorkFolder, _ limits: ImportLimits
    ) throws(ManualImportError) -> Data {
        let outcome = try Converter.pandoc.run(
            ["--sandbox", "--from", format.rawValue, "--to", "json", url.path], in: work, limits: limits.converters,
            place: (file, nil))
        guard outcome.status == 0 else {
            throw ManualImportError(
                .malformed, file: file,
                "cannot be read as \(format.rawValue.uppercased()): \(outcome.complaint.prefix(200))")
        }
        return outcome.output
    }

    private func manual(
        _ document: PandocDocument, _ warnings: [ImportWarning], file: String, _ limits: ImportLimits
    ) throws(ManualImportError) -> ParsedManual {
        var metadata = ManualMetadata()
        for (key, value) in document.metadata {
            _ = DocumentMetadata.take(key: key, value: TextCleaning.visible(value).trimmed, into: &metadata)
        }
        var blocks = PandocBlocks.make(from: document.blocks)
        DocumentMetadata.take(from: &blocks, into: &metadata)
        return try ParsedManual.make(
            from: blocks, metadata: metadata, warnings: warnings, file: file, limits: limits)
    }
}
