/// A library whose `current` led to no whole snapshot, so that the newest whole one is used.
public struct LibraryRecovery: Codable, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, with the file.
    public let problem: String
    /// Number of the snapshot that is used.
    public let snapshot: Int

    public var description: String {
        "\(problem); the newest whole snapshot is used in its place, number \(snapshot)"
    }
}

/// The snapshot to use, and why it is not the one that `current` names.
struct SnapshotChoice {
    /// Nil in a folder that has never held a library.
    let snapshot: LibrarySnapshot?
    var recovery: LibraryRecovery?
}

extension LibraryFolder {
    /// Opens the snapshot that `current` names; where that is missing or damaged, the newest whole one.
    ///
    /// - Throws: ``LibraryError/unreadable(path:reason:)`` where something could not be looked at,
    ///   ``LibraryError/damaged(path:reason:)`` where nothing whole is left.
    func choose() throws -> SnapshotChoice {
        var pointer = try pointer()
        while true {
            let problem: LibraryError
            switch pointer {
            case .snapshot(let number):
                do {
                    return SnapshotChoice(snapshot: try LibrarySnapshot(snapshot(number), number: number))
                } catch let error as LibraryError where error.isDamage {
                    problem = error
                }
            case .missing:
                guard try !snapshotNumbers().isEmpty else { return SnapshotChoice(snapshot: nil) }
                problem = .damaged(path: currentFile.path, reason: "missing, though there are snapshots beside it")
            case .damaged(let reason):
                problem = .damaged(path: currentFile.path, reason: reason)
            }
            let now = try self.pointer()
            guard now == pointer else {
                // An import in another process has switched meanwhile, and deleted what was named before.
                pointer = now
                continue
            }
            guard let whole = try newestWhole() else { throw problem }
            return SnapshotChoice(
                snapshot: whole, recovery: LibraryRecovery(problem: "\(problem)", snapshot: whole.number))
        }
    }

    /// - Parameter limit: only snapshots with lower numbers.
    func newestWhole(below limit: Int = .max) throws -> LibrarySnapshot? {
        for number in try snapshotNumbers().reversed() where number < limit {
            do {
                return try LibrarySnapshot(snapshot(number), number: number)
            } catch let error as LibraryError where error.isDamage {
                continue
            }
        }
        return nil
    }
}
