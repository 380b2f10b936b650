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
    private let styles: CellStyles
    private let has1904Dates: Bool
    let sheets: [Sheet]
    /// Names of the sheets that nobody sees who opens the file; they are not read.
    let hiddenSheets: [String]

    init(_ archive: Archive) throws(ManualImportError) {
        self.archive = archive
        try archive.check()
        let main = try Workbook.readMain(archive)
        sheets = main.sheets
        hiddenSheets = main.hiddenSheets
        has1904Dates = main.has1904Dates
        sharedStrings = try Workbook.readSharedStrings(archive, main.parts["sharedStrings"] ?? "xl/sharedStrings.xml")
        let entry = main.parts["styles"] ?? "xl/styles.xml"
        let formats = try archive.entry(entry)
        do throws(XMLFlaw) {
            styles = if let formats { try CellStyles(formats) } else { CellStyles() }
        } catch {
            throw Workbook.damaged(archive, "the table of formats", error)
        }
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
            sharedStrings: sharedStrings, styles: styles, has1904Dates: has1904Dates, limits: archive.limits)
        do throws(XMLFlaw) {
            try XMLEvents.read(data) { reader.take($0) }
        } catch {
            throw Workbook.damaged(archive, "sheet \"\(sheet.name)\"", error, row: reader.lastRow)
        }
        if let refusal = reader.refusal {
            throw ManualImportError(
                refusal.isDamage ? .malformed : .tooLarge, file: archive.file, line: refusal.row,
                "sheet \"\(sheet.name)\": \(refusal.reason)")
        }
        warnings += reader.doubts.map { doubt in
            ImportWarning(
                .formulaWithoutValue, line: doubt.row, "sheet \"\(sheet.name)\", cell \(doubt.cell): \(doubt.reason)")
        }
        return reader.laidOutRows()
    }

    private static func damaged(
        _ archive: Archive, _ part: String, _ flaw: XMLFlaw, row: Int? = nil
    ) -> ManualImportError {
        let place = row.map { "after row \($0), " } ?? ""
        return ManualImportError(
            .malformed, file: archive.file, line: row,
            "\(part) is damaged: \(place)line \(flaw.line) of its XML: \(flaw.reason); expected a whole, well-formed part."
                + " Save the file anew or get it again")
    }

    private struct Main {
        var sheets: [Sheet] = []
        var hiddenSheets: [String] = []
        var has1904Dates = false
        /// Entries by what they are: `sharedStrings`, `styles`.
        var parts: [String: String] = [:]
    }

    private static func readMain(_ archive: Archive) throws(ManualImportError) -> Main {
        guard let book = try archive.entry("xl/workbook.xml"),
            let relations = try archive.entry("xl/_rels/workbook.xml.rels")
        else { throw ManualImportError(.malformed, file: archive.file, "holds no workbook: this is no XLSX file") }
        var main = Main()
        var targets: [String: String] = [:]
        var lost: String?
        do throws(XMLFlaw) {
            try XMLEvents.read(relations) { event in
                guard case .begin("Relationship", let attributes) = event, let target = attributes["Target"] else {
                    return true
                }
                let entry = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
                if let id = attributes["Id"] { targets[id] = entry }
                if let kind = attributes["Type"]?.split(separator: "/").last { main.parts[String(kind)] = entry }
                return true
            }
            try XMLEvents.read(book) { event in
                guard case .begin(let name, let attributes) = event else { return true }
                if name == "workbookPr" {
                    main.has1904Dates = ["1", "true"].contains(attributes["date1904"])
                } else if name == "sheet" {
                    let title = HiddenText.unmarked(TextCleaning.visible(attributes["name"] ?? ""))
                    if attributes["state"] ?? "visible" != "visible" {
                        main.hiddenSheets.append(title)
                    } else if let entry = attributes["id"].flatMap({ targets[$0] }) {
                        main.sheets.append(Sheet(name: title, entry: entry))
                    } else {
                        lost = lost ?? title
                    }
                }
                return main.sheets.count + main.hiddenSheets.count <= archive.limits.sheets
            }
        } catch {
            throw damaged(archive, "the workbook", error)
        }
        if let lost {
            throw ManualImportError(
                .malformed, file: archive.file,
                "the workbook does not say where sheet \"\(lost)\" is; the file is damaged")
        }
        guard main.sheets.count + main.hiddenSheets.count <= archive.limits.sheets else {
            throw ManualImportError(.tooLarge, file: archive.file, "more than \(archive.limits.sheets) sheets")
        }
        return main
    }

    private static func readSharedStrings(
        _ archive: Archive, _ entry: String
    ) throws(ManualImportError) -> [String] {
        guard let data = try archive.entry(entry) else { return [] }
        var strings: [String] = []
        var text = ""
        var isPhonetic = false
        do throws(XMLFlaw) {
            try XMLEvents.read(data) { event in
                switch event {
                case .begin("si", _): text = ""
                case .begin("rPh", _): isPhonetic = true
                case .end("rPh", _, _): isPhonetic = false
                case .end("t", let piece, _) where !isPhonetic && text.utf8.count < longestCellText: text += piece
                case .end("si", _, _): strings.append(TextCleaning.visible(text))
                default: break
                }
                return true
            }
        } catch {
            throw damaged(archive, "the table of texts", error)
        }
        return strings
    }
}
