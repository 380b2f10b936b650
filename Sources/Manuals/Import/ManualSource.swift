import Crypto
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A manual file, hashed when it is named and checked to be the same when it is read.
public struct ManualSource: Sendable {
    private enum Content {
        case memory(Data)
        case disk(URL, FileState)
    }

    /// File name without folders, the manual's identity.
    public let file: String
    /// SHA-256 of the bytes, hexadecimal.
    public let digest: String
    private let content: Content

    /// Hashes a file on disk without keeping it in memory.
    ///
    /// - Throws: ``ManualImportError`` when it is no regular file, cannot be read or is too large.
    public init(reading url: URL, limits: ImportLimits) throws(ManualImportError) {
        file = url.lastPathComponent
        let handle = try ManualSource.open(url)
        defer { try? handle.close() }
        let state = try FileState(handle, file: url.lastPathComponent)
        guard state.sizeBytes <= limits.fileBytes else {
            throw ManualSource.tooLarge(file, limits.fileBytes)
        }
        var hash = SHA256()
        var count = 0
        while let part = try ManualSource.read(handle, upTo: 1 << 20, file: file), !part.isEmpty {
            count += part.count
            guard count <= limits.fileBytes else { throw ManualSource.tooLarge(file, limits.fileBytes) }
            hash.update(data: part)
        }
        digest = hash.finalize().hexadecimal
        content = .disk(url, state)
    }

    public init(file: String, bytes: Data, limits: ImportLimits) throws(ManualImportError) {
        guard bytes.count <= limits.fileBytes else { throw ManualSource.tooLarge(file, limits.fileBytes) }
        self.file = file
        digest = SHA256.hash(data: bytes).hexadecimal
        content = .memory(bytes)
    }

    /// The whole file as text: lines end with `\n`; a byte-order mark, control and zero-width characters are gone.
    ///
    /// - Throws: ``ManualImportError`` when it is too large, not text, or in an encoding that cannot be told for sure.
    func text(limits: ImportLimits, warnings: inout [ImportWarning]) throws(ManualImportError) -> String {
        let bytes = try wholeBytes(limits.textBytes)
        let decoded = try TextDecoding.decode(bytes, file: file)
        if let encoding = decoded.encoding {
            warnings.append(
                ImportWarning(
                    .converted, "was read as \(encoding), not UTF-8; look at a few passages before you rely on it"))
        }
        return TextCleaning.visible(decoded.text)
    }

    /// Lends the file to a converter by an absolute path, and refuses what it made of a file that changed meanwhile.
    func withFile<Result>(_ body: (URL) throws(ManualImportError) -> Result) throws(ManualImportError) -> Result {
        switch content {
        case .disk(let url, let state):
            let result = try body(url.absoluteURL)
            let handle = try ManualSource.open(url)
            defer { try? handle.close() }
            guard try FileState(handle, file: file) == state else { throw changed }
            return result
        case .memory(let bytes):
            let folder = try WorkFolder(file: file)
            let url = folder.url.appending(path: "input." + (file.split(separator: ".").last.map(String.init) ?? ""))
            do {
                try bytes.write(to: url)
            } catch {
                throw ManualImportError(.unreadable, file: file, "cannot be copied: \(error.localizedDescription)")
            }
            defer { extendLifetime(folder) }
            return try body(url)
        }
    }

    private func wholeBytes(_ limit: Int) throws(ManualImportError) -> Data {
        switch content {
        case .memory(let bytes):
            guard bytes.count <= limit else { throw ManualSource.tooLarge(file, limit) }
            return bytes
        case .disk(let url, let state):
            guard state.sizeBytes <= limit else { throw ManualSource.tooLarge(file, limit) }
            let handle = try ManualSource.open(url)
            defer { try? handle.close() }
            let bytes = try ManualSource.read(handle, upTo: limit + 1, file: file) ?? Data()
            guard SHA256.hash(data: bytes).hexadecimal == digest else { throw changed }
            return bytes
        }
    }

    private var changed: ManualImportError {
        ManualImportError(.unreadable, file: file, "changed while it was being read; import it again")
    }

    private static func tooLarge(_ file: String, _ limit: Int) -> ManualImportError {
        ManualImportError(.tooLarge, file: file, "larger than the limit of \(limit) bytes")
    }

    private static func open(_ url: URL) throws(ManualImportError) -> FileHandle {
        // Without O_NONBLOCK a named pipe would hold the import for ever.
        let descriptor = Glibc.open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ManualImportError(
                .unreadable, file: url.lastPathComponent, "cannot be read: \(String(cString: strerror(errno)))")
        }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func read(_ handle: FileHandle, upTo count: Int, file: String) throws(ManualImportError) -> Data? {
        do {
            return try handle.read(upToCount: count)
        } catch {
            throw ManualImportError(.unreadable, file: file, "cannot be read: \(error.localizedDescription)")
        }
    }
}

/// What tells that a file is still the one that was hashed.
private struct FileState: Equatable {
    let sizeBytes: Int
    private let inode: UInt
    private let modifiedSeconds: Int
    private let modifiedNanoseconds: Int

    init(_ handle: FileHandle, file: String) throws(ManualImportError) {
        var status = stat()
        guard fstat(handle.fileDescriptor, &status) == 0 else {
            throw ManualImportError(.unreadable, file: file, "cannot be read: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ManualImportError(.unreadable, file: file, "is no regular file")
        }
        sizeBytes = Int(status.st_size)
        inode = UInt(status.st_ino)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
    }
}
