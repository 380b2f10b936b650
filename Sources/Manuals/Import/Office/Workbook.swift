import Foundation

/// A spreadsheet's visible sheets, read one after the other from the archive that an XLSX file is.
///
/// Format: ECMA-376 part 1, section 18 (SpreadsheetML).
struct Workbook {
    struct Sheet {
        let name: String
        let entry: String
    }

    private static let longestCellText = 64 << 10

    private let archive: Archive
    private let sharedStrings: [String]
    private let formats: [CellFormat]
    private let has1904Dates: Bool
    let sheets: [Sheet]

    init(_ archive: Archive) throws(ManualImportError) {
        self.archive = archive
        let main = try Workbook.readMain(archive)
        sheets = main.sheets
        has1904Dates = main.has1904Dates
        sharedStrings = try Workbook.readSharedStrings(archive)
        formats = try Workbook.readFormats(archive)
    }

    /// A sheet's rows, merged cells laid out.
    ///
    /// - Parameter warnings: gets formulas that were saved without their value, and errors shown in cells.
    func rows(of sheet: Sheet, warnings: inout [ImportWarning]) throws(ManualImportError) -> [GridRow] {
        guard let data = try archive.entry(sheet.entry) else {
            throw ManualImportError(
                .malformed, file: archive.file, "sheet \"\(sheet.name)\" is missing; the file is damaged")
        }
        let reader = SheetReader(
            sharedStrings: sharedStrings, formats: formats, has1904Dates: has1904Dates, limits: archive.limits)
        let isWellFormed = XMLEvents.read(data) { reader.take($0) }
        if let excess = reader.excess {
            throw ManualImportError(
                .tooLarge, file: archive.file, line: excess.row, "sheet \"\(sheet.name)\": \(excess.reason)")
        }
        guard isWellFormed else {
            throw ManualImportError(
                .malformed, file: archive.file, line: reader.lastRow,
                "sheet \"\(sheet.name)\" is no well-formed XML; the file is damaged")
        }
        warnings += reader.doubts.map { doubt in
            ImportWarning(
                .formulaWithoutValue, line: doubt.row, "sheet \"\(sheet.name)\", cell \(doubt.cell): \(doubt.reason)")
        }
        return reader.laidOutRows()
    }

    private static func readMain(
        _ archive: Archive
    ) throws(ManualImportError) -> (sheets: [Sheet], has1904Dates: Bool) {
        guard let book = try archive.entry("xl/workbook.xml"),
            let relations = try archive.entry("xl/_rels/workbook.xml.rels")
        else { throw ManualImportError(.malformed, file: archive.file, "holds no workbook: this is no XLSX file") }
        var targets: [String: String] = [:]
        let relationsAreRead = XMLEvents.read(relations) { event in
            if case .begin("Relationship", let attributes) = event, let id = attributes["Id"] {
                targets[id] = attributes["Target"]
            }
            return true
        }
        var sheets: [Sheet] = []
        var has1904Dates = false
        let bookIsRead = XMLEvents.read(book) { event in
            guard case .begin(let name, let attributes) = event else { return true }
            if name == "workbookPr" {
                has1904Dates = ["1", "true"].contains(attributes["date1904"])
            } else if name == "sheet", attributes["state"] ?? "visible" == "visible",
                let target = attributes["r:id"].flatMap({ targets[$0] })
            {
                let entry = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
                sheets.append(Sheet(name: TextCleaning.visible(attributes["name"] ?? ""), entry: entry))
            }
            return sheets.count <= archive.limits.sheets
        }
        guard relationsAreRead, bookIsRead else {
            throw ManualImportError(.malformed, file: archive.file, "the workbook is no well-formed XML")
        }
        guard sheets.count <= archive.limits.sheets else {
            throw ManualImportError(.tooLarge, file: archive.file, "more than \(archive.limits.sheets) sheets")
        }
        return (sheets, has1904Dates)
    }

    private static func readSharedStrings(_ archive: Archive) throws(ManualImportError) -> [String] {
        guard let data = try archive.entry("xl/sharedStrings.xml") else { return [] }
        var strings: [String] = []
        var text = ""
        var isPhonetic = false
        let isRead = XMLEvents.read(data) { event in
            switch event {
            case .begin("si", _): text = ""
            case .begin("rPh", _): isPhonetic = true
            case .end("rPh", _): isPhonetic = false
            case .end("t", let piece) where !isPhonetic && text.utf8.count < longestCellText: text += piece
            case .end("si", _): strings.append(TextCleaning.visible(text))
            default: break
            }
            return true
        }
        guard isRead else {
            throw ManualImportError(.malformed, file: archive.file, "the table of texts is no well-formed XML")
        }
        return strings
    }

    private static func readFormats(_ archive: Archive) throws(ManualImportError) -> [CellFormat] {
        guard let data = try archive.entry("xl/styles.xml") else { return [] }
        var codes: [Int: String] = [:]
        var formats: [CellFormat] = []
        var isInCellFormats = false
        let isRead = XMLEvents.read(data) { event in
            switch event {
            case .begin("numFmt", let attributes):
                if let id = attributes["numFmtId"].flatMap({ Int($0) }) { codes[id] = attributes["formatCode"] }
            case .begin("cellXfs", _): isInCellFormats = true
            case .end("cellXfs", _): isInCellFormats = false
            case .begin("xf", let attributes) where isInCellFormats:
                let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
                formats.append(CellFormat(number: id, code: codes[id]))
            default: break
            }
            return true
        }
        guard isRead else {
            throw ManualImportError(.malformed, file: archive.file, "the table of formats is no well-formed XML")
        }
        return formats
    }
}
