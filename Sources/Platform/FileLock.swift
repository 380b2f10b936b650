import Foundation

/// A lock on a file or folder, for one holder at a time; the kernel frees it when its process ends, however it ends.
public final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - creating: makes the file where there is none. A symbolic link is never followed.
    ///   - waiting: until whoever has it lets go.
    /// - Returns: nil when another holder has it.
    public static func take(
        _ path: String, creating: Bool = false, waiting: Bool = false
    ) throws(FileError) -> FileLock? {
        let descriptor = creating ? try OwnFile.openOrCreate(path) : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw FileError(path) }
        while flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let error = FileError(path)
            close(descriptor)
            guard error.code == EWOULDBLOCK else { throw error }
            return nil
        }
        return FileLock(descriptor)
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        // A child that another thread is just starting has a copy of the descriptor until its program runs, and would hold
        // the lock for that long.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Writes the process's number into the locked file, for whoever finds it taken.
    public func writeHolder() {
        let line = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, line, line.count, 0)
    }

    /// The process that ``writeHolder()`` named last; nil where none did.
    public static func holder(of path: String) -> Int32? {
        guard let bytes = try? OwnFile.read(path, limit: 32) else { return nil }
        return Int32(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
