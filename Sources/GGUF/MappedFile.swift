import Glibc

/// A whole file, or what stands in for one, mapped read-only into memory; unmapped when the last owner goes.
///
/// `@unchecked Sendable` holds because the mapping is read-only, its address and length never change after `init`,
/// and it is unmapped only in `deinit`, when no other thread can hold a reference.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(path: String) throws(GGUFError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw GGUFError.lastSystemError(path: path, doing: "open") }
        // The mapping keeps the file alive on its own.
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw GGUFError.lastSystemError(path: path, doing: "fstat") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw GGUFError(.io, path: path, field: "file", detail: "is not a regular file")
        }
        guard let size = Int(exactly: status.st_size), size > 0 else {
            throw GGUFError(.truncated, path: path, field: "file", detail: "is empty; expected a GGUF header")
        }
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw GGUFError.lastSystemError(path: path, doing: "mmap")
        }
        bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    /// Takes over a mapping.
    init(adopting bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Asks the system to have these bytes read soon; what lies outside the file is left out.
    func prefetch(_ range: Range<Int>) {
        let wanted = range.clamped(to: 0..<bytes.count)
        guard !wanted.isEmpty, let address = bytes.baseAddress else { return }
        let start = wanted.lowerBound / Int(getpagesize()) * Int(getpagesize())
        // Advice only: a system that does not take it reads the pages when they are touched.
        _ = madvise(
            UnsafeMutableRawPointer(mutating: address + start), wanted.upperBound - start, MADV_WILLNEED
        )
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}

extension GGUFError {
    /// The error for the system call that just failed on this thread.
    static func lastSystemError(path: String, doing call: String) -> GGUFError {
        let code = errno
        return GGUFError(.io, path: path, field: call, detail: String(cString: strerror(code)))
    }
}
