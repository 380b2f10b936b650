import Domain
import Foundation
import GRDB

/// What a change of the library is about to do, in this order.
public enum LibraryStep: String, Sendable, CaseIterable {
    case copying, writing, compacting, checking, publishing, switching, cleaning
}

/// Makes the next snapshot: a copy of the current one is changed, checked, synced and only then put in use.
struct LibraryEdit {
    let folder: LibraryFolder
    let current: Int?
    var onStep: (LibraryStep) -> Void = { _ in }

    /// - Parameter change: alters the copy inside one transaction.
    /// - Returns: the new snapshot's number.
    func run(_ change: (Database) throws -> Void) throws -> Int {
        let file = folder.temporary(".sqlite")
        defer { folder.remove(file) }
        let number = max(current ?? 0, folder.snapshotNumbers().last ?? 0) + 1
        let counts = abandonedRevisionCounts()
        do {
            onStep(.copying)
            if let current { try FileManager.default.copyItem(at: folder.snapshot(current), to: file) }
            try write(to: file) { database in
                for count in counts { try count.raise(in: database) }
                try change(database)
            }
        } catch let error as DatabaseError {
            throw LibraryError.unwritable(path: file.path, reason: error.message ?? "\(error.resultCode)")
        } catch let error as CocoaError {
            throw LibraryError.unwritable(path: file.path, reason: error.localizedDescription)
        }
        onStep(.checking)
        try SnapshotCheck.run(file)
        onStep(.publishing)
        try folder.publish(file, as: number)
        onStep(.switching)
        try folder.makeCurrent(number)
        onStep(.cleaning)
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
        onStep(.writing)
        try queue.write { database in
            if current == nil { try LibrarySchema.create(database) }
            try change(database)
            try database.execute(sql: "INSERT INTO passage_search (passage_search) VALUES ('optimize')")
            try LibrarySchema.countTerms(database)
        }
        onStep(.compacting)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE; ANALYZE; VACUUM") }
        try queue.close()
    }

    /// How far the snapshots went that a rollback left behind.
    ///
    /// An answer names its manual's revision, so a number is never given twice. A damaged snapshot, the usual reason
    /// for a rollback, has no numbers to tell.
    private func abandonedRevisionCounts() -> [RevisionCount] {
        folder.snapshotNumbers().filter { $0 > current ?? 0 }.flatMap { number in
            (try? LibrarySnapshot(folder.snapshot(number), number: number).revisionCounts()) ?? []
        }
    }
}
