import Foundation

/// Lets one program or thread at a time make or migrate a journal file; gone with the object or the process.
///
/// A lock file beside the journal, never the journal itself: closing any descriptor of an SQLite file drops the locks that
/// SQLite holds on it in this process (POSIX advisory locks, "How To Corrupt An SQLite Database File" §2.2).
final class OpeningLock {
    private let descriptor: Int32

    /// Waits for its turn; whoever holds the lock does so for milliseconds.
    ///
    /// - Throws: ``JournalError/cannotOpen(path:detail:)``.
    init(journal path: String) throws {
        descriptor = open(path + "-opening", O_CREAT | O_RDWR | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw JournalError.cannotOpen(path: path, detail: String(cString: strerror(errno)))
        }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let detail = String(cString: strerror(errno))
                close(descriptor)
                throw JournalError.cannotOpen(path: path, detail: detail)
            }
        }
    }

    deinit { close(descriptor) }
}
