import Domain
import Foundation
import GRDB

/// Makes the next snapshot: a copy of the current one is changed, checked, synced and only then put in use.
struct LibraryEdit {
    let folder: LibraryFolder
    let current: Int?

    /// - Parameter change: alters the copy inside one transaction.
    /// - Returns: the new snapshot's number.
    func run(_ change: (Database) throws -> Void) throws -> Int {
        let file = folder.temporary(".sqlite")
        defer { folder.remove(file) }
        let number = max(current ?? 0, folder.snapshotNumbers().last ?? 0) + 1
        do {
            if let current { try FileManager.default.copyItem(at: folder.snapshot(current), to: file) }
            try write(to: file, change)
        } catch let error as DatabaseError {
            throw LibraryError.unwritable(path: file.path, reason: error.message ?? "\(error.resultCode)")
        } catch let error as CocoaError {
            throw LibraryError.unwritable(path: file.path, reason: error.localizedDescription)
        }
        try check(file)
        try folder.publish(file, as: number)
        for old in folder.snapshotNumbers() where old != number && old != current {
            folder.remove(folder.snapshot(old))
        }
        return number
    }

    private func write(to file: URL, _ change: (Database) throws -> Void) throws {
        var configuration = LibrarySnapshot.configuration
        configuration.foreignKeysEnabled = true
        // A crash throws the copy away, so it needs no journal; publishing syncs it once, whole.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF") }
        let queue = try DatabaseQueue(path: file.path, configuration: configuration)
        try queue.write { database in
            if current == nil { try LibrarySchema.create(database) }
            try change(database)
            try database.execute(sql: "INSERT INTO passage_search (passage_search) VALUES ('optimize')")
        }
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE; ANALYZE; VACUUM") }
        try queue.close()
    }

    /// Opens the finished file as a reader would and refuses it if anything is amiss.
    private func check(_ file: URL) throws {
        var configuration = LibrarySnapshot.configuration
        configuration.label = "andon.library.check"
        let queue = try DatabaseQueue(path: file.path, configuration: configuration)
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { database in
            do {
                let integrity = try String.fetchOne(database, sql: "PRAGMA integrity_check")
                guard integrity == "ok" else { throw LibraryError.checkFailed(integrity ?? "no result") }
                try database.execute(
                    sql: "INSERT INTO passage_search (passage_search, rank) VALUES ('integrity-check', 1)")
                try smokeQuery(database)
            } catch let error as DatabaseError {
                throw LibraryError.checkFailed(error.message ?? "\(error.resultCode)")
            }
        }
    }

    /// A code taken from the index must lead to a passage that decodes.
    private func smokeQuery(_ database: Database) throws {
        let sql = """
            SELECT \(PassageStore.columns) FROM passage_code JOIN passage ON passage.id = passage_id
            JOIN manual ON manual.id = manual_id LIMIT 1
            """
        if let row = try Row.fetchOne(database, sql: sql) { _ = try PassageStore.passage(from: row) }
    }
}
