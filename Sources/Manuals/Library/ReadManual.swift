import Crypto
import Domain
import Foundation
import GRDB

/// A manual that is to be imported: hashed, not parsed yet, so that an unchanged one costs nothing more.
struct NamedManual {
    let source: ManualSource
    let importer: any ManualImporter
    let overrides: ManualMetadata
    /// Changes with the bytes, the overriding values and the importer's version.
    let contentHash: String

    var file: String { source.file }

    init(_ url: URL, overrides: ManualMetadata, limits: ImportLimits) throws(ManualImportError) {
        importer = try ManualFormats.importer(for: url.lastPathComponent)
        source = try ManualSource(reading: url, limits: limits)
        self.overrides = overrides
        let settings: [String?] = [
            source.digest, "\(type(of: importer)) \(importer.version)", overrides.title,
            overrides.machineModel?.rawValue, overrides.language?.rawValue, overrides.documentNumber,
            overrides.revisionLabel,
        ]
        contentHash = SHA256.hash(data: Data(settings.map { $0 ?? "" }.joined(separator: "\n").utf8)).hexadecimal
    }

    func read(_ context: ImportContext) throws(ManualImportError) -> ReadManual {
        try ReadManual(self, parsed: importer.parse(source, context))
    }
}

/// A manual that was read and parsed without fault, before it touches the library.
struct ReadManual {
    /// One file name for one machine model is one manual; its revisions follow each other.
    struct Identity: Hashable {
        let file: String
        let modelKey: String

        init(file: String, model: MachineModel) {
            self.file = file
            modelKey = ModelKey.key(model)
        }
    }

    let file: String
    let title: String
    let model: MachineModel
    let language: Language
    let contentHash: String
    private let parsed: ParsedManual

    var identity: Identity { Identity(file: file, model: model) }

    fileprivate init(_ named: NamedManual, parsed: ParsedManual) throws(ManualImportError) {
        let metadata = parsed.metadata.overridden(by: named.overrides)
        guard let model = metadata.machineModel, !ModelKey.key(model).isEmpty else {
            throw ManualImportError(
                .metadata, file: named.file,
                "no machine model: write machine_model: in the front matter (# machine_model: in CSV and text, a line"
                    + " \"Machine model: …\" at the beginning of other documents) or give --machine-model")
        }
        file = named.file
        title = metadata.title ?? named.file
        self.model = model
        language = metadata.language ?? DocumentMetadata.language(of: parsed.passages)
        contentHash = named.contentHash
        self.parsed = ParsedManual(metadata: metadata, passages: parsed.passages, warnings: parsed.warnings)
    }

    /// Puts this revision in the place of the one before. - Returns: its revision number, and how many rows are withheld.
    func write(to database: Database) throws -> (revision: Int, withheld: Int) {
        let key = identity
        let past = try Int.fetchOne(
            database, sql: "SELECT revision FROM revision_count WHERE file = ? AND machine_model = ?",
            arguments: [key.file, key.modelKey])
        let revision = (past ?? 0) + 1
        // Names of one model may differ in case, so the old row is found by its key, not its spelling.
        let rows = try Row.fetchAll(
            database, sql: "SELECT id, machine_model FROM manual WHERE file = ?", arguments: [file])
        for row in rows where ModelKey.key(MachineModel(rawValue: row["machine_model"])) == key.modelKey {
            let id: Int64 = row["id"]
            try database.execute(sql: "DELETE FROM manual WHERE id = ?", arguments: [id])
        }
        try database.execute(
            sql: "INSERT OR REPLACE INTO revision_count (file, machine_model, revision) VALUES (?, ?, ?)",
            arguments: [key.file, key.modelKey, revision])
        try database.execute(
            sql: """
                INSERT INTO manual (file, machine_model, title, revision, language, document_number, revision_label,
                    content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                file, model.rawValue, title, revision, language.rawValue, parsed.metadata.documentNumber,
                parsed.metadata.revisionLabel, contentHash,
            ])
        let withheld = try PassageStore.insert(
            parsed.passages,
            manual: ManualRevision(
                file: file, title: title, revision: revision, machineModel: model, language: language),
            manualID: database.lastInsertedRowID, into: database)
        return (revision, withheld)
    }

    func report(_ outcome: ImportReport.Outcome, revision: Int, withheld: Int) -> ImportReport.Manual {
        ImportReport.Manual(
            file: file, title: title, machineModel: model, language: language, revision: revision, outcome: outcome,
            passages: parsed.passages.count - withheld, codes: Set(parsed.passages.flatMap(\.codes)).count,
            warnings: parsed.warnings, pages: pages, withheld: withheld)
    }

    private var pages: [ImportReport.Page] {
        let passages = Dictionary(grouping: parsed.passages.filter { $0.page != nil }) { $0.page ?? 0 }
        let needingEyes = Set(parsed.warnings.filter { $0.kind == .pageNeedsEyes }.compactMap(\.page))
        return Set(passages.keys).union(needingEyes).sorted().map { page in
            let found = passages[page] ?? []
            var codes: [FaultCode] = []
            var seen: Set<FaultCode> = []
            for code in found.flatMap(\.codes) where seen.insert(code).inserted { codes.append(code) }
            return ImportReport.Page(
                page: page, passages: found.count, codes: codes, isOCR: found.contains { $0.layout.isOCR },
                needsEyes: needingEyes.contains(page))
        }
    }
}

extension ManualEntry {
    /// What is reported for a file that stands in the library already.
    var unchangedReport: ImportReport.Manual {
        ImportReport.Manual(
            file: file, title: title, machineModel: machineModel, language: language, revision: revision,
            outcome: .unchanged, passages: passages, codes: codes, warnings: [], pages: [], withheld: withheld)
    }
}
