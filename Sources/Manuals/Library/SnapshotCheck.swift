import Domain
import Foundation
import GRDB

/// Opens a finished snapshot as a reader would and refuses it if anything is amiss.
enum SnapshotCheck {
    /// - Throws: ``LibraryError/checkFailed(_:)`` with what was found.
    static func run(_ file: URL) throws {
        var configuration = LibrarySnapshot.configuration
        configuration.label = "andon.library.check"
        do {
            let queue = try DatabaseQueue(path: file.path, configuration: configuration)
            defer { try? queue.close() }
            try queue.writeWithoutTransaction { database in
                let integrity = try String.fetchOne(database, sql: "PRAGMA integrity_check")
                guard integrity == "ok" else { throw LibraryError.checkFailed(integrity ?? "no result") }
                try database.execute(
                    sql: "INSERT INTO passage_search (passage_search, rank) VALUES ('integrity-check', 1)")
                try askForEachCode(database)
                try readEachManual(database)
            }
        } catch let error as DatabaseError {
            throw LibraryError.checkFailed(error.message ?? "\(error.resultCode)")
        } catch let error as DecodingError {
            throw LibraryError.checkFailed("a passage cannot be read back: \(error)")
        }
    }

    /// Asks for each code as a question does: by its normal form and machine model, it must lead to a passage that
    /// lists it among its codes.
    private static func askForEachCode(_ database: Database) throws {
        let question = try database.makeStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM passage_code JOIN passage ON passage.id = passage_id
                    JOIN manual ON manual.id = manual_id, json_each(passage.codes)
                    WHERE normalized = ? AND model_key = ? AND role = ? AND json_each.value = written)
                """)
        let codes = try Row.fetchCursor(
            database,
            sql: """
                SELECT DISTINCT normalized, model_key, role FROM passage_code WHERE role < \(CodeRole.mention.rawValue)
                """)
        while let code = try codes.next() {
            let (normalized, model): (String, String) = (code["normalized"], code["model_key"])
            let isFound = try Bool.fetchOne(question, arguments: [normalized, model, code["role"] as Int]) ?? false
            guard isFound else {
                throw LibraryError.checkFailed("code \(normalized) of machine model \(model) leads to no passage")
            }
        }
    }

    /// The first passage of each manual must decode.
    private static func readEachManual(_ database: Database) throws {
        let sql = """
            SELECT \(PassageStore.columns) FROM passage JOIN manual ON manual.id = manual_id
            WHERE passage.id IN (SELECT min(id) FROM passage GROUP BY manual_id)
            """
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() { _ = try PassageStore.passage(from: row) }
    }
}
