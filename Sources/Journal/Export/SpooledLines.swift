import Foundation

/// Bytes that wait in a file without a name for whoever reads them; gone with the object or the process.
final class SpooledLines {
    private static let bufferBytes = 1 << 20

    private let journal: String
    private let handle: FileHandle
    private var buffer = Data()

    /// - Parameter journal: that they belong to, for errors.
    init(journal: String) throws {
        self.journal = journal
        var template = Array(
            FileManager.default.temporaryDirectory.appendingPathComponent("andon-export-XXXXXX").path.utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw JournalError.cannotExport(path: journal, detail: String(cString: strerror(errno)))
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func append(_ line: Data) throws {
        buffer += line
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Gives all of them, a piece at a time.
    func read(into write: (Data) throws -> Void) throws {
        try flush()
        try checked { try handle.seek(toOffset: 0) }
        while let piece = try checked({ try handle.read(upToCount: Self.bufferBytes) }), !piece.isEmpty {
            try write(piece)
        }
    }

    private func flush() throws {
        try checked { try handle.write(contentsOf: buffer) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func checked<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw JournalError.cannotExport(
                path: journal,
                detail: "\(FileManager.default.temporaryDirectory.path): \(error.localizedDescription)")
        }
    }
}
