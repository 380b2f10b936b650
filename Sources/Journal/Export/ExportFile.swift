import Foundation
import Platform

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
            } catch let error as FileError {
                throw JournalError.cannotExport(path: error.path, detail: error.reason)
            } catch {
                throw JournalError.cannotExport(path: file.path, detail: error.localizedDescription)
            }
        }
        let handle = try checked {
            try OwnFile.createFolder(folder.path)
            // Of an export that was killed, or a link that was laid there: it goes, and is not followed.
            unlink(temporary.path)
            return FileHandle(fileDescriptor: try OwnFile.create(temporary.path), closeOnDealloc: true)
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
            try OwnFile.move(temporary.path, to: file.path)
        }
        isDone = true
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
