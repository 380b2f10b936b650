#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A lock on a file or folder, for one holder at a time; the kernel frees it when its process ends, however it ends.
final class KernelLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock without waiting.
    ///
    /// - Parameter flags: of `open(2)`.
    /// - Returns: nil when the file cannot be opened (`errno` tells why) or another holder has it (`EWOULDBLOCK`).
    init?(_ path: String, flags: Int32 = O_RDONLY) {
        let descriptor = open(path, flags | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            errno = reason
            return nil
        }
        self.descriptor = descriptor
    }

    deinit {
        // A child that another thread is just starting has a copy of the descriptor until its program runs, and would hold
        // the lock for that long.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
