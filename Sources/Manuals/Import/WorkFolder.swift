import Foundation
import Platform

/// A private folder for what converters read and write, gone with its owner.
///
/// It is locked as long as it is in use. One whose lock is free was left by an import that was killed, and goes with the
/// next import.
final class WorkFolder: Sendable {
    private static let prefix = "andon-import-"
    /// Another import may take a new folder for a left one before it is locked; not three times in a row.
    private static let attempts = 3

    let url: URL
    private let lock: FileLock

    /// - Parameters:
    ///   - file: the manual that an error names.
    ///   - parent: where it is made.
    init(file: String, in parent: URL = FileManager.default.temporaryDirectory) throws(ManualImportError) {
        WorkFolder.removeLeft(in: parent)
        var reason = "they vanish"
        for _ in 0..<WorkFolder.attempts {
            let url = parent.appending(path: WorkFolder.prefix + UUID().uuidString)
            do {
                try FileManager.default.createDirectory(
                    at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                reason = error.localizedDescription
                break
            }
            // A lock on what was just removed holds nothing.
            guard let lock = try? FileLock.take(url.path), FileManager.default.fileExists(atPath: url.path) else {
                continue
            }
            self.url = url
            self.lock = lock
            return
        }
        throw ManualImportError(.converter, file: file, "no folder for temporary files in \(parent.path): \(reason)")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    private static func removeLeft(in parent: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let left = parent.appending(path: name)
            guard let lock = try? FileLock.take(left.path) else { continue }
            try? FileManager.default.removeItem(at: left)
            extendLifetime(lock)
        }
    }
}
