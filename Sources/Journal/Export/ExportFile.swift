import Foundation

/// Writes a file that is there whole and durable, or not at all.
public enum ExportFile {
    private static let bufferBytes = 1 << 20
    private static let partSuffix = ".part"

    /// - Parameter body: is given a function that appends bytes.
    /// - Throws: ``JournalError/cannotExport(path:detail:)``, or what the body throws; no file is left then.
    public static func write<Value>(
        to file: URL, _ body: (_ write: @escaping (Data) throws -> Void) throws -> Value
    ) throws -> Value {
        let folder = file.deletingLastPathComponent()
        let temporary = folder.appendingPathComponent(".\(file.lastPathComponent)\(partSuffix)")
        func checked<Result>(_ body: () throws -> Result) throws -> Result {
            do {
                return try body()
            } catch let error as JournalError {
                throw error
            } catch {
                throw JournalError.cannotExport(path: file.path, detail: error.localizedDescription)
            }
        }
        let handle = try checked {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
            guard
                FileManager.default.createFile(
                    atPath: temporary.path, contents: nil, attributes: [.posixPermissions: 0o640])
            else { throw JournalError.cannotExport(path: file.path, detail: "the file cannot be made") }
            return try FileHandle(forWritingTo: temporary)
        }
        var isDone = false
        defer { if !isDone { try? FileManager.default.removeItem(at: temporary) } }
        var buffer = Data()
        let value = try body { bytes in
            buffer += bytes
            if buffer.count >= bufferBytes {
                try checked { try handle.write(contentsOf: buffer) }
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try checked {
            try handle.write(contentsOf: buffer)
            try handle.synchronize()
            try handle.close()
            guard rename(temporary.path, file.path) == 0 else {
                throw JournalError.cannotExport(path: file.path, detail: String(cString: strerror(errno)))
            }
        }
        isDone = true
        syncFolder(folder)
        return value
    }

    /// Removes what writes left that were killed.
    ///
    /// - Parameter prefix: of the names of the files that nobody else writes.
    static func removeParts(in folder: URL, prefix: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where name.hasPrefix(".\(prefix)") && name.hasSuffix(partSuffix) {
            try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
    }
}
