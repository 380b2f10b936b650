import Platform

/// Lets one program or thread at a time make or migrate a journal file; gone with the object or the process.
///
/// A lock file beside the journal, never the journal itself: closing any descriptor of an SQLite file drops the locks that
/// SQLite holds on it in this process (POSIX advisory locks, "How To Corrupt An SQLite Database File" §2.2).
final class OpeningLock {
    private let lock: FileLock?

    /// Waits for its turn; whoever holds the lock does so for milliseconds.
    ///
    /// - Throws: ``JournalError/cannotOpen(path:detail:)``.
    init(journal path: String) throws {
        do throws(FileError) {
            lock = try FileLock.take(path + "-opening", creating: true, waiting: true)
        } catch {
            throw JournalError.cannotOpen(path: path, detail: error.description)
        }
    }
}
