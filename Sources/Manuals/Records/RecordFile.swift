import Crypto
import Domain
import Foundation

/// A list of repairs in CSV or XLSX, read whole and checked row by row.
struct RecordFile {
    private static let longestAction = 1_000
    private static let mostWarnings = 100
    /// A list has its header among its first rows.
    private static let headerRows = 20

    let file: String
    let contentHash: String
    private(set) var records: [RepairRecord] = []
    private(set) var warnings: [ImportWarning] = []

    /// - Parameters:
    ///   - machineModel: the model of all rows that name none.
    ///   - machineModels: models of the machines that the configuration knows.
    init(
        _ url: URL, columns: RecordColumns, machineModel: MachineModel?, machineModels: [MachineID: MachineModel],
        limits: ImportLimits
    ) throws(ManualImportError) {
        let source = try ManualSource(reading: url, limits: limits)
        file = source.file
        let rows = try RecordFile.rows(of: source, limits: limits, warnings: &warnings)
        guard let start = rows.prefix(RecordFile.headerRows).firstIndex(where: { columns.places(in: $0.texts) != nil }),
            let places = columns.places(in: rows[start].texts)
        else {
            let missing = rows.first.flatMap { columns.missing(in: $0.texts) }
            throw ManualImportError(
                .malformed, file: file, line: rows.first?.line,
                missing.map { "no column \"\($0)\"" }
                    ?? "no header row with a code and what was done; name the columns, for example --map code=Fehler")
        }
        let settings =
            columns.headers.map { "\($0.key.rawValue)=\($0.value)" }.sorted() + [machineModel?.rawValue ?? ""]
            + machineModels.map { "\($0.key)=\($0.value)" }.sorted()
        contentHash = SHA256.hash(data: Data(([source.digest] + settings).joined(separator: "\n").utf8)).hexadecimal
        for row in rows[(start + 1)...] where !row.isBlank {
            take(row, places, machineModel: machineModel, machineModels: machineModels)
        }
    }

    private static func rows(
        of source: ManualSource, limits: ImportLimits, warnings: inout [ImportWarning]
    ) throws(ManualImportError) -> [GridRow] {
        switch source.file.split(separator: ".").last?.lowercased() {
        case "csv", "tsv":
            let text = try source.text(limits: limits, warnings: &warnings)
            return try CSVReader.records(in: text[...], firstLine: 1, file: source.file, limits: limits).map { record in
                GridRow(cells: record.fields.map { GridCell(text: $0.trimmed) }, line: record.line)
            }
        case "xlsx", "xlsm":
            let work = try WorkFolder(file: source.file)
            return try source.withFile { url throws(ManualImportError) in
                let archive = try Archive(url, file: source.file, work: work, limits: limits)
                let workbook = try Workbook(archive)
                guard let sheet = workbook.sheets.first else { return [] }
                return try workbook.rows(of: sheet, warnings: &warnings)
            }
        default:
            throw ManualImportError(.unknownFormat, file: source.file, "is no list of repairs; expected .csv or .xlsx")
        }
    }

    private mutating func take(
        _ row: GridRow, _ places: [RecordColumns.Role: Int], machineModel: MachineModel?,
        machineModels: [MachineID: MachineModel]
    ) {
        func cell(_ role: RecordColumns.Role) -> String? {
            guard let place = places[role], place < row.cells.count else { return nil }
            let text = TextCleaning.singleSpaced(row.cells[place].text)
            return text.isEmpty ? nil : text
        }
        guard let written = cell(.code), let code = CodeRecognizer.codes(inCell: written).first else {
            return doubt(row, .rowWithoutCode, "this row has no readable code and is left out")
        }
        guard let action = cell(.action) else { return doubt(row, .noRemedy, "this row says nothing of what was done") }
        // Nobody reviews repairs one by one, and they are shown as they are.
        guard row.texts.allSatisfy({ HiddenText.reasons(in: $0).isEmpty && RowScreen.reasons(in: $0).isEmpty }) else {
            return doubt(
                row, .skippedPart,
                "this row hides text, speaks to software or tells to defeat a protection; it is left out")
        }
        let machine = cell(.machine).map(MachineID.init(rawValue:))
        let known = machine.flatMap { machineModels[$0] }
        guard let model = cell(.model).map(MachineModel.init(rawValue:)) ?? known ?? machineModel else {
            return doubt(
                row, .rowWithoutCode,
                "the machine model is not known (machine \"\(machine?.rawValue ?? "")\" is not configured); the row is left"
                    + " out. Give --machine-model")
        }
        records.append(
            RepairRecord(
                day: cell(.date).flatMap(RecordDay.parse), machine: machine, model: model, code: code,
                action: String(action.prefix(RecordFile.longestAction)),
                outcome: cell(.result).map(RepairRecord.Outcome.init) ?? .unknown))
    }

    private mutating func doubt(_ row: GridRow, _ kind: ImportWarning.Kind, _ message: String) {
        if warnings.count < RecordFile.mostWarnings { warnings.append(ImportWarning(kind, line: row.line, message)) }
    }
}
