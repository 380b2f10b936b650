import Foundation
import Platform

/// The library's files: numbered snapshots, the file `current` that names one, a lock, temporary files.
///
/// A snapshot is written under a temporary name, synced, then renamed; `current` is switched the same way. Whatever
/// moment the power fails at, `current` names a complete snapshot. What cannot be read is an error, never taken for a
/// library that holds nothing.
struct LibraryFolder: Sendable {
    static let temporaryPrefix = "new-"
    private static let currentBytesLimit = 64

    /// What `current` says.
    enum Pointer: Hashable {
        /// There is no such file.
        case missing
        case snapshot(Int)
        case damaged(reason: String)
    }

    /// What lies in the folder, to notice a change of it by.
    struct Mark: Hashable {
        struct File: Hashable {
            let number: Int
            let inode: UInt64
            let bytes: Int64
            let changed: Int64
            let changedNanoseconds: Int
        }

        let pointer: Pointer
        let files: [File]
    }

    let url: URL

    var currentFile: URL { url.appending(path: "current") }
    var lockFile: URL { url.appending(path: "lock") }

    func snapshot(_ number: Int) -> URL {
        let digits = String(number)
        return url.appending(path: String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".sqlite")
    }

    func temporary(_ suffix: String) -> URL {
        url.appending(path: "\(LibraryFolder.temporaryPrefix)\(ProcessInfo.processInfo.processIdentifier)\(suffix)")
    }

    /// Keeps two importers apart while it is held.
    func lock() throws(LibraryError) -> FileLock {
        let lock = try writing { () throws(FileError) in try FileLock.take(lockFile.path, creating: true) }
        guard let lock else { throw .busy(lock: lockFile.path) }
        return lock
    }

    func create() throws(LibraryError) { try writing { () throws(FileError) in try OwnFile.createFolder(url.path) } }

    func pointer() throws(LibraryError) -> Pointer {
        let bytes: [UInt8]
        do {
            bytes = try OwnFile.read(currentFile.path, limit: LibraryFolder.currentBytesLimit)
        } catch {
            if error.code == ENOENT { return .missing }
            if error.code == ENOTDIR { return try requireFolder() }
            guard error.code == 0 else { throw LibraryError(unreadable: error) }
            return .damaged(reason: error.reason)
        }
        let name = String(decoding: bytes, as: UTF8.self).trimmed
        if let number = number(ofSnapshot: name) { return .snapshot(number) }
        return .damaged(
            reason: "expected a name such as 000042.sqlite, found \"\(name.debugDescription.dropFirst().dropLast())\"")
    }

    /// Something else than a folder at the library's place is damage; above it, there is no library yet.
    private func requireFolder() throws(LibraryError) -> Pointer {
        let status = try reading { () throws(FileError) in try OwnFile.status(of: url.path) }
        guard status == nil else { throw .damaged(path: url.path, reason: "expected a folder") }
        return .missing
    }

    /// Numbers of the snapshots that lie in the folder, rising.
    func snapshotNumbers() throws(LibraryError) -> [Int] { try names().compactMap(number(ofSnapshot:)).sorted() }

    func mark() throws(LibraryError) -> Mark {
        let pointer = try pointer()
        var files: [Mark.File] = []
        for number in try snapshotNumbers() {
            let path = snapshot(number).path
            guard let status = try reading({ () throws(FileError) in try OwnFile.status(of: path) }) else { continue }
            files.append(
                Mark.File(
                    number: number, inode: UInt64(status.st_ino), bytes: Int64(status.st_size),
                    changed: Int64(status.st_mtim.tv_sec), changedNanoseconds: status.st_mtim.tv_nsec))
        }
        return Mark(pointer: pointer, files: files)
    }

    func removeTemporaryFiles() throws(LibraryError) {
        for name in try names() where name.hasPrefix(LibraryFolder.temporaryPrefix) {
            remove(url.appending(path: name))
        }
    }

    /// A file that stays costs room and nothing else.
    func remove(_ file: URL) { unlink(file.path) }

    /// Gives a finished snapshot file its number; it is not current yet.
    func publish(_ file: URL, as number: Int) throws(LibraryError) {
        try writing { () throws(FileError) in
            try OwnFile.sync(file.path)
            try OwnFile.move(file.path, to: snapshot(number).path)
        }
    }

    func makeCurrent(_ number: Int) throws(LibraryError) {
        let name = Array((snapshot(number).lastPathComponent + "\n").utf8)
        try writing { () throws(FileError) in
            try OwnFile.replace(currentFile.path, with: name, temporary: temporary(".current").path)
        }
    }

    private func names() throws(LibraryError) -> [String] {
        do {
            return try OwnFile.names(in: url.path)
        } catch {
            guard error.code == ENOTDIR else { throw LibraryError(unreadable: error) }
            _ = try requireFolder()
            return []
        }
    }

    private func number(ofSnapshot name: String) -> Int? {
        guard name.hasSuffix(".sqlite"), let number = Int(name.dropLast(7)), number > 0,
            snapshot(number).lastPathComponent == name
        else { return nil }
        return number
    }

    private func reading<Value>(_ body: () throws(FileError) -> Value) throws(LibraryError) -> Value {
        do { return try body() } catch { throw LibraryError(unreadable: error) }
    }

    private func writing<Value>(_ body: () throws(FileError) -> Value) throws(LibraryError) -> Value {
        do { return try body() } catch { throw .unwritable(path: error.path, reason: error.reason) }
    }
}
