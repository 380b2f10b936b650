import Crypto
import Domain
import Foundation
import GRDB

/// A manual that was read and parsed without fault, before it touches the library.
struct ReadManual {
    /// One file name for one machine model is one manual; its revisions follow each other.
    struct Identity: Hashable {
        let file: String
        let modelKey: String
    }

    let file: String
    let title: String
    let model: MachineModel
    let language: Language
    /// Changes with the bytes, the overriding values and the importer's version.
    let contentHash: String
    private let parsed: ParsedManual

    var identity: Identity { Identity(file: file, modelKey: ModelKey.key(model)) }

    init(_ url: URL, overrides: ManualMetadata, limits: ImportLimits) throws(ManualImportError) {
        let importer = try ManualFormats.importer(for: url.lastPathComponent)
        let source = try ManualSource(reading: url, limits: limits)
        let parsed = try importer.parse(source, limits: limits)
        let metadata = parsed.metadata.overridden(by: overrides)
        guard let model = metadata.machineModel, !ModelKey.key(model).isEmpty else {
            throw ManualImportError(
                .metadata, file: source.file,
                "no machine model: write machine_model: in the front matter (# machine_model: in CSV) or give --machine-model"
            )
        }
        guard let language = metadata.language else {
            throw ManualImportError(
                .metadata, file: source.file,
                "no language: write language: en or zh-TW in the front matter or give --lang")
        }
        self.file = source.file
        self.title = metadata.title ?? source.file
        self.model = model
        self.language = language
        self.parsed = ParsedManual(metadata: metadata, passages: parsed.passages, warnings: parsed.warnings)
        contentHash = ReadManual.hash(source.bytes, importer: importer, metadata: metadata)
    }

    /// Puts this revision in the place of the one before. - Returns: its revision number.
    func write(to database: Database) throws -> Int {
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
        try PassageStore.insert(
            parsed.passages,
            manual: ManualRevision(
                file: file, title: title, revision: revision, machineModel: model, language: language),
            manualID: database.lastInsertedRowID, into: database)
        return revision
    }

    func report(_ outcome: ImportReport.Outcome, revision: Int) -> ImportReport.Manual {
        ImportReport.Manual(
            file: file, title: title, machineModel: model, language: language, revision: revision, outcome: outcome,
            passages: parsed.passages.count, codes: Set(parsed.passages.flatMap(\.codes)).count,
            warnings: parsed.warnings)
    }

    private static func hash(_ bytes: Data, importer: any ManualImporter, metadata: ManualMetadata) -> String {
        var hash = SHA256()
        hash.update(data: bytes)
        let settings: [String?] = [
            "\(type(of: importer)) \(importer.version)", metadata.title, metadata.machineModel?.rawValue,
            metadata.language?.rawValue, metadata.documentNumber, metadata.revisionLabel,
        ]
        hash.update(data: Data(settings.map { $0 ?? "" }.joined(separator: "\n").utf8))
        return hash.finalize().hexadecimal
    }
}

/// Finds the files that an import is about.
enum ManualFiles {
    static func expand(_ paths: [URL], limits: ImportLimits) throws(ManualImportError) -> [URL] {
        var files: [URL] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
                throw ManualImportError(.unreadable, file: path.path, "no such file or folder")
            }
            files += isFolder.boolValue ? try manuals(in: path) : [path]
            guard files.count <= limits.filesAtOnce else {
                throw ManualImportError(.tooLarge, file: path.path, "more than \(limits.filesAtOnce) files at once")
            }
        }
        return files
    }

    private static func manuals(in folder: URL) throws(ManualImportError) -> [URL] {
        let known = Set(ManualFormats.all.flatMap(\.fileExtensions))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let files = names.sorted().map { folder.appending(path: $0) }.filter {
            known.contains($0.pathExtension.lowercased())
        }
        guard !files.isEmpty else {
            throw ManualImportError(
                .unreadable, file: folder.path, "no manuals in this folder (\(known.sorted().joined(separator: ", ")))")
        }
        return files
    }
}
