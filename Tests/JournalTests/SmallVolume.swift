import Foundation

/// A memory file system of a few MiB, mounted for one test and unmounted with it; needs root.
final class SmallVolume {
    static let isAvailable = (try? SmallVolume(sizeMiB: 1, under: FileManager.default.temporaryDirectory)) != nil

    let folder: URL

    init(sizeMiB: Int, under parent: URL) throws {
        folder = parent.appendingPathComponent("volume-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        do {
            try SmallVolume.run("mount", "-t", "tmpfs", "-o", "size=\(sizeMiB)m", "tmpfs", folder.path)
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    deinit {
        try? SmallVolume.run("umount", "--lazy", folder.path)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func run(_ command: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CommandFailure(command: command) }
    }

    struct CommandFailure: Error { let command: [String] }
}
