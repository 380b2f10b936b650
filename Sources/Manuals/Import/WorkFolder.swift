import Foundation

/// A private folder for what converters read and write, gone with its owner.
final class WorkFolder: Sendable {
    let url: URL

    /// - Parameter file: the manual that an error names.
    init(file: String) throws(ManualImportError) {
        url = FileManager.default.temporaryDirectory.appending(path: "andon-import-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ManualImportError(
                .converter, file: file, "no folder for temporary files: \(error.localizedDescription)")
        }
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
