import Domain

/// Turns files of one format into passages.
///
/// A new format is one file with a conforming type and one line in ``ManualFormats``.
public protocol ManualImporter: Sendable {
    /// Without the dot, lower case.
    var fileExtensions: [String] { get }
    /// Rises whenever the same bytes would give different passages: manuals are then imported anew.
    var version: Int { get }
    /// - Throws: ``ManualImportError`` naming file, line and expectation; then nothing of the file is used.
    func parse(_ source: ManualSource, limits: ImportLimits) throws(ManualImportError) -> ParsedManual
}

/// The formats that can be imported.
public enum ManualFormats {
    public static let all: [any ManualImporter] = [
        MarkdownImporter(),
        CSVImporter(),
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

    /// Adds what can only be judged over the whole manual: codes described twice, no codes at all, too many passages.
    func checked(file: String, limits: ImportLimits) throws(ManualImportError) -> ParsedManual {
        guard passages.count <= limits.passages else {
            throw ManualImportError(.tooLarge, file: file, "more than \(limits.passages) passages")
        }
        var checked = self
        var firstLines: [FaultCode: (line: Int, heading: [String])] = [:]
        for passage in passages {
            for code in passage.codes {
                if let first = firstLines[code] {
                    guard passage.kind == .faultRow || first.heading != passage.heading else { continue }
                    checked.warnings.append(
                        ImportWarning(
                            .duplicateCode, line: passage.line, "code \(code) stands already in line \(first.line)"))
                } else {
                    firstLines[code] = (passage.line, passage.heading)
                }
            }
        }
        if firstLines.isEmpty { checked.warnings.append(ImportWarning(.noCodes, line: nil, "no fault code was found")) }
        return checked
    }
}

/// A passage before the library gives it its revision and id.
public struct PassageDraft: Sendable, Hashable {
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
    /// Where it begins in the file, from 1.
    public var line: Int
}
