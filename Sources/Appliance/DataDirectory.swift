import Foundation
import Platform

/// Where Andon keeps its files.
///
/// Installed, state lives in `/var/lib/andon` and the API socket in `/run/andon`; with a data directory of one's own,
/// everything lies under that, so that it works unprivileged.
public struct DataDirectory: Sendable, Hashable {
    public let root: URL
    public let socketPath: String

    /// The installed appliance's directories.
    public static let system = DataDirectory(
        root: URL(fileURLWithPath: "/var/lib/andon", isDirectory: true), socketPath: "/run/andon/api.sock")

    public init(root: URL) {
        self.init(root: root, socketPath: root.appendingPathComponent("api.sock").path)
    }

    private init(root: URL, socketPath: String) {
        self.root = root
        self.socketPath = socketPath
    }

    public var journal: URL { root.appendingPathComponent("journal.sqlite") }
    public var library: URL { root.appendingPathComponent("library", isDirectory: true) }
    public var models: URL { root.appendingPathComponent("models", isDirectory: true) }
    /// What the journal no longer keeps.
    public var exports: URL { root.appendingPathComponent("exports", isDirectory: true) }
    public var cache: URL { root.appendingPathComponent("cache", isDirectory: true) }

    /// Held by the appliance that runs on this directory, for as long as it lives.
    var lockFile: URL { root.appendingPathComponent("serve.lock") }

    /// Makes the directories that are missing, readable by their owner and group alone.
    ///
    /// - Throws: ``ApplianceError/Code/dataDirectory`` naming the directory.
    public func create() throws {
        for directory in [root, library, models, cache] {
            do throws(FileError) {
                try OwnFile.createFolder(directory.path)
            } catch {
                throw ApplianceError(
                    .dataDirectory,
                    "\(directory.path): cannot be created (\(error.reason)); give --data a directory that this user may"
                        + " write")
            }
        }
    }
}
