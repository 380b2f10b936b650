import Glibc
import Platform

/// Writes a file beside its destination and renames it there when it is whole and on disk.
///
/// Call ``commit(checking:)`` once everything is written, and ``discard()`` in every case: after a commit it does nothing.
package struct AtomicFileWriter {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    /// Replaces a whole file.
    package static func write(_ bytes: [UInt8], to path: String) throws(GGUFError) {
        var writer = try AtomicFileWriter(path: path)
        defer { writer.discard() }
        try writer.write(bytes)
        try writer.commit()
    }

    init(path: String) throws(GGUFError) {
        self.path = path
        // A random name, so that two writers cannot share a temporary file; the last rename wins.
        temporaryPath = "\(path).partial-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        do throws(FileError) {
            descriptor = try OwnFile.create(temporaryPath)
        } catch {
            errno = error.code
            throw GGUFError.lastSystemError(path: path, doing: "create")
        }
    }

    func write(_ bytes: [UInt8]) throws(GGUFError) {
        var written = 0
        while written < bytes.count {
            let result = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw GGUFError.lastSystemError(path: path, doing: "write") }
            written += result
        }
    }

    /// Syncs the file, lets the body look at it under its temporary name, and renames it.
    mutating func commit(checking check: (String) throws(GGUFError) -> Void = { _ in }) throws(GGUFError) {
        guard fsync(descriptor) == 0 else { throw GGUFError.lastSystemError(path: path, doing: "fsync") }
        try check(temporaryPath)
        guard rename(temporaryPath, path) == 0 else { throw GGUFError.lastSystemError(path: path, doing: "rename") }
        close(descriptor)
        descriptor = -1
        try syncDirectory()
    }

    mutating func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporaryPath)
    }

    /// A rename survives a power cut only once its directory is on disk.
    private func syncDirectory() throws(GGUFError) {
        let separator = path.lastIndex(of: "/")
        let directory = separator.map { String(path[...$0]) } ?? "."
        let handle = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw GGUFError.lastSystemError(path: path, doing: "open directory") }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw GGUFError.lastSystemError(path: path, doing: "fsync directory") }
    }
}
