import Domain
import Foundation
import GRDB

/// One immutable snapshot, open for reading.
final class LibrarySnapshot: Sendable {
    let number: Int
    private let queue: DatabaseQueue

    /// The snapshot that the folder's `current` names; nil where there is none yet.
    static func current(in folder: LibraryFolder) throws -> LibrarySnapshot? {
        // An import in another process may delete the snapshot between the two steps; `current` then names another.
        for _ in 0..<3 {
            guard let number = try folder.currentNumber() else { return nil }
            guard FileManager.default.fileExists(atPath: folder.snapshot(number).path) else { continue }
            return try LibrarySnapshot(folder.snapshot(number), number: number)
        }
        throw LibraryError.damaged(path: folder.currentFile.path, reason: "names a snapshot that is not there")
    }

    init(_ file: URL, number: Int) throws {
        self.number = number
        do {
            var configuration = LibrarySnapshot.configuration
            configuration.readonly = true
            queue = try DatabaseQueue(path: file.path, configuration: configuration)
            let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
            guard version == LibrarySchema.version else {
                throw LibraryError.damaged(
                    path: file.path,
                    reason:
                        "made by another version of Andon (schema \(version ?? 0), expected \(LibrarySchema.version));"
                        + " move its folder away and import the manuals again")
            }
        } catch let error as DatabaseError {
            throw LibraryError.damaged(path: file.path, reason: error.message ?? "\(error.resultCode)")
        }
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "andon.library"
        configuration.prepareDatabase { $0.add(tokenizer: BigramTokenizer.self) }
        return configuration
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try queue.read(body) }

    /// The manual of a file that was imported with this very content, importer and settings.
    func manual(file: String, contentHash: String) throws -> ManualEntry? {
        try manuals(where: "file = ? AND content_hash = ?", [file, contentHash]).first
    }

    func manuals() throws -> [ManualEntry] { try manuals(where: "true", []) }

    private func manuals(where condition: String, _ arguments: [String]) throws -> [ManualEntry] {
        try read { database in
            let sql = """
                SELECT manual.*, (SELECT count(*) FROM passage WHERE manual_id = manual.id) AS passages,
                    (SELECT count(DISTINCT normalized) FROM passage_code JOIN passage ON passage.id = passage_id
                     WHERE manual_id = manual.id AND role < \(CodeRole.mention.rawValue)) AS codes
                FROM manual WHERE \(condition) ORDER BY file, machine_model
                """
            return try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments)).map { row in
                ManualEntry(
                    file: row["file"], title: row["title"], machineModel: MachineModel(rawValue: row["machine_model"]),
                    language: Language(rawValue: row["language"]) ?? .english, revision: row["revision"],
                    documentNumber: row["document_number"], revisionLabel: row["revision_label"],
                    passages: row["passages"], codes: row["codes"])
            }
        }
    }

    func passages(ofFile file: String) throws -> [Passage] {
        try read { database in
            let sql = """
                SELECT \(PassageStore.columns) FROM passage JOIN manual ON manual.id = manual_id
                WHERE manual.file = ? ORDER BY passage.id
                """
            return try Row.fetchAll(database, sql: sql, arguments: [file]).map(PassageStore.passage(from:))
        }
    }

    /// Passages that have a code and a title, spread evenly over the library.
    func sample(_ count: Int) throws -> [Passage] {
        try read { database in
            let condition = "passage.title IS NOT NULL AND passage.codes != '[]'"
            let total = try Int.fetchOne(database, sql: "SELECT count(*) FROM passage WHERE \(condition)") ?? 0
            let sql = """
                SELECT \(PassageStore.columns) FROM passage JOIN manual ON manual.id = manual_id
                WHERE \(condition) AND passage.id % \(max(1, total / max(1, count))) = 0
                ORDER BY passage.id LIMIT \(max(1, count))
                """
            return try Row.fetchAll(database, sql: sql).map(PassageStore.passage(from:))
        }
    }
}
