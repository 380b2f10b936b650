import Domain
import Foundation
import GRDB
import Platform

/// What a change of the library is about to do, in this order.
public enum LibraryStep: String, Sendable, CaseIterable {
    case copying, writing, compacting, checking, publishing, switching, cleaning
}

/// Makes the next snapshot: a copy of the current one is changed, checked, synced and only then put in use.
struct LibraryEdit {
    let folder: LibraryFolder
    let current: Int?
    /// What was wrong before: then nobody knows which snapshots the one in use has superseded, and all are kept.
    var recovered: LibraryRecovery?
    var onStep: (LibraryStep) -> Void = { _ in }

    /// - Parameter change: alters the copy inside one transaction.
    /// - Returns: the new snapshot's number.
    func run(_ change: (Database) throws -> Void) throws -> Int {
        let file = folder.temporary(".sqlite")
        defer { folder.remove(file) }
        let others = try folder.snapshotNumbers().filter { $0 != current }
        let number = max(current ?? 0, others.last ?? 0) + 1
        let abandoned = try abandonedSnapshots(others)
        do {
            onStep(.copying)
            if let current {
                try OwnFile.copy(folder.snapshot(current).path, to: file.path)
            } else {
                close(try OwnFile.create(file.path))
            }
            try write(to: file) { database in
                for count in abandoned.counts { try count.raise(in: database) }
                try change(database)
                try LibrarySchema.set(number: number, in: database)
            }
        } catch let error as DatabaseError {
            throw LibraryError.unwritable(path: file.path, reason: error.message ?? "\(error.resultCode)")
        } catch let error as FileError {
            throw LibraryError.unwritable(path: error.path, reason: error.reason)
        }
        onStep(.checking)
        try SnapshotCheck.run(file)
        onStep(.publishing)
        try folder.publish(file, as: number)
        onStep(.switching)
        try folder.makeCurrent(number)
        onStep(.cleaning)
        if recovered == nil, let current {
            for old in others where old < current || abandoned.examined.contains(old) {
                folder.remove(folder.snapshot(old))
            }
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
            if current == nil { try LibrarySchema.create(database) } else { try LibrarySchema.upgrade(database) }
            try change(database)
            try database.execute(sql: "INSERT INTO passage_search (passage_search) VALUES ('optimize')")
            try LibrarySchema.countTerms(database)
        }
        onStep(.compacting)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE; ANALYZE; VACUUM") }
        try queue.close()
    }

    /// Looks at the snapshots that a rollback or a crash left behind the current one.
    ///
    /// An answer names its manual's revision, so a number is never given twice: their counts go on in the new snapshot.
    /// A damaged one, the usual reason for a rollback, has none to tell.
    ///
    /// - Returns: the counts, and the snapshots that nothing is lost with any more.
    private func abandonedSnapshots(_ others: [Int]) throws -> (counts: [RevisionCount], examined: Set<Int>) {
        var counts: [RevisionCount] = []
        var examined: Set<Int> = []
        for number in others where number > current ?? 0 {
            do {
                counts += try LibrarySnapshot(folder.snapshot(number), number: number).revisionCounts()
            } catch let error as LibraryError where error.isDamage {}
            examined.insert(number)
        }
        return (counts, examined)
    }
}
