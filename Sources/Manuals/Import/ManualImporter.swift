import Domain

/// Turns files of one format into passages.
///
/// A new format is one file with a conforming type and one line in ``ManualFormats``.
public protocol ManualImporter: Sendable {
    /// Without the dot, lower case.
    var fileExtensions: [String] { get }
    /// Rises whenever the same bytes would give different passages: manuals are then imported anew.
    var version: Int { get }
    /// - Throws: ``ManualImportError`` naming file, place and expectation; then nothing of the file is used.
    func parse(_ source: ManualSource, _ context: ImportContext) throws(ManualImportError) -> ParsedManual
}

/// The formats that can be imported.
public enum ManualFormats {
    public static let all: [any ManualImporter] = [
        MarkdownImporter(),
        CSVImporter(),
        PlainTextImporter(),
        PDFImporter(),
        PandocImporter(.docx),
        PandocImporter(.html),
        SpreadsheetImporter(),
    ]

    static func importer(for file: String) throws(ManualImportError) -> any ManualImporter {
        let fileExtension = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
        if let match = all.first(where: { $0.fileExtensions.contains(fileExtension) }) { return match }
        let known = all.flatMap(\.fileExtensions).map { "." + $0 }.joined(separator: ", ")
        throw ManualImportError(.unknownFormat, file: file, "is of no known format; expected \(known)")
    }
}

/// What an importer found in one file.
public struct ParsedManual: Sendable {
    public var metadata: ManualMetadata
    /// In the order of the document.
    public var passages: [PassageDraft]
    public var warnings: [ImportWarning]

    /// Makes the passages of a document that was reduced to blocks.
    static func make(
        from blocks: [ManualBlock], metadata: ManualMetadata, warnings: [ImportWarning], file: String,
        limits: ImportLimits
    ) throws(ManualImportError) -> ParsedManual {
        var manual = ParsedManual(metadata: metadata, passages: [], warnings: warnings)
        manual.metadata.title = metadata.title ?? firstHeading(of: blocks)
        for section in ManualOutline.sections(of: blocks, title: manual.metadata.title) {
            manual.passages += SectionPassages.make(from: section, limits: limits, warnings: &manual.warnings)
        }
        return try manual.checked(file: file, limits: limits)
    }

    /// A heading further down the order names a part, not the manual.
    private static func firstHeading(of blocks: [ManualBlock]) -> String? {
        for block in blocks {
            if case .heading(1...2, let text) = block.content, !text.isEmpty { return text }
        }
        return nil
    }

    /// Adds what can only be judged over the whole manual: codes described twice, no codes at all, too many passages;
    /// and what is to be withheld.
    func checked(file: String, limits: ImportLimits) throws(ManualImportError) -> ParsedManual {
        guard passages.count <= limits.passages else {
            throw ManualImportError(.tooLarge, file: file, "more than \(limits.passages) passages")
        }
        var checked = self
        var screen = RowScreen()
        checked.passages = passages.map { screen.screened($0) }
        checked.metadata.title = metadata.title.map(HiddenText.unmarked)
        var first: [FaultCode: PassageDraft] = [:]
        for passage in checked.passages {
            for code in passage.codes {
                if let earlier = first[code] {
                    guard passage.kind == .faultRow || earlier.heading != passage.heading else { continue }
                    checked.warnings.append(
                        ImportWarning(
                            .duplicateCode, line: passage.line, page: passage.page,
                            "code \(code) stands already \(earlier.place)"))
                } else {
                    first[code] = passage
                }
            }
        }
        if first.isEmpty { checked.warnings.append(ImportWarning(.noCodes, "no fault code was found")) }
        return checked
    }
}

/// A passage before the library gives it its revision and id.
public struct PassageDraft: Codable, Sendable, Hashable {
    public var kind: Passage.Kind
    public var page: Int?
    public var heading: [String]
    public var codes: [FaultCode]
    public var title: String?
    public var text: String
    public var remedies: [String]
    public var escalation: String?
    public var safety: [SafetyBlock]
    public var layout = PassageLayout()
    /// Where it begins in the file, from 1; nil in formats without lines.
    public var line: Int?
    /// The row's cells without their headers, until they were screened.
    var cells: [String] = []
    /// Why it counts only once a person has looked at it; empty for nearly all.
    public var withheldFor: [WithholdingReason] = []

    fileprivate var place: String {
        if let line { return "in line \(line)" }
        return page.map { "on page \($0)" } ?? "further up"
    }
}
