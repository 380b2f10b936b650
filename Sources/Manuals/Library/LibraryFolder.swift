import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The library's files: numbered snapshots, the file `current` that names one, a lock, temporary files.
///
/// A snapshot is written under a temporary name, synced, then renamed; `current` is switched the same way. Whatever
/// moment the power fails at, `current` names a complete snapshot.
struct LibraryFolder: Sendable {
    static let temporaryPrefix = "new-"

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
    func lock() throws(LibraryError) -> KernelLock {
        guard let lock = KernelLock(lockFile.path, flags: O_RDWR | O_CREAT) else {
            guard errno == EWOULDBLOCK else { throw .unwritable(path: lockFile.path, reason: lastError()) }
            throw .busy(lock: lockFile.path)
        }
        return lock
    }

    func create() throws(LibraryError) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: url.path, reason: error.localizedDescription)
        }
    }

    /// The number that `current` names; nil in a folder that has never held a library.
    func currentNumber() throws(LibraryError) -> Int? {
        guard FileManager.default.fileExists(atPath: currentFile.path) else { return nil }
        guard let data = try? Data(contentsOf: currentFile), data.count < 64 else {
            throw .damaged(path: currentFile.path, reason: "unreadable")
        }
        let name = String(decoding: data, as: UTF8.self).trimmed
        guard let number = LibraryFolder.number(ofSnapshot: name) else {
            throw .damaged(path: currentFile.path, reason: "expected a name such as 000042.sqlite, found \"\(name)\"")
        }
        return number
    }

    /// Numbers of the snapshots that lie in the folder, rising.
    func snapshotNumbers() -> [Int] {
        names().compactMap(LibraryFolder.number(ofSnapshot:)).sorted()
    }

    func removeTemporaryFiles() {
        for name in names() where name.hasPrefix(LibraryFolder.temporaryPrefix) { remove(url.appending(path: name)) }
    }

    func remove(_ file: URL) { try? FileManager.default.removeItem(at: file) }

    /// Gives a finished snapshot file its number; it is not current yet.
    func publish(_ file: URL, as number: Int) throws(LibraryError) {
        try sync(file)
        try move(file, to: snapshot(number))
        try sync(url)
    }

    func makeCurrent(_ number: Int) throws(LibraryError) {
        let new = temporary(".current")
        do {
            try Data((snapshot(number).lastPathComponent + "\n").utf8).write(to: new)
        } catch {
            throw .unwritable(path: new.path, reason: error.localizedDescription)
        }
        try sync(new)
        try move(new, to: currentFile)
        try sync(url)
    }

    private func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] }

    private static func number(ofSnapshot name: String) -> Int? {
        guard name.hasSuffix(".sqlite") else { return nil }
        let digits = name.dropLast(7)
        guard digits.count >= 6, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(digits)
    }

    private func move(_ file: URL, to target: URL) throws(LibraryError) {
        guard rename(file.path, target.path) == 0 else { throw .unwritable(path: target.path, reason: lastError()) }
    }

    /// Forces a file or folder to the disk.
    private func sync(_ url: URL) throws(LibraryError) {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: url.path, reason: lastError()) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unwritable(path: url.path, reason: lastError()) }
    }
}

private func lastError() -> String { String(cString: strerror(errno)) }
