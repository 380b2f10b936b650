import Foundation

/// Finds the files that an import is about.
enum ManualFiles {
    static func expand(_ paths: [URL], limits: ImportLimits) throws(ManualImportError) -> [URL] {
        var files: [URL] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
                throw ManualImportError(.unreadable, file: path.path, "no such file or folder")
            }
            files += isFolder.boolValue ? try manuals(in: path) : [path]
            guard files.count <= limits.filesAtOnce else {
                throw ManualImportError(.tooLarge, file: path.path, "more than \(limits.filesAtOnce) files at once")
            }
        }
        return files
    }

    private static func manuals(in folder: URL) throws(ManualImportError) -> [URL] {
        let known = Set(ManualFormats.all.flatMap(\.fileExtensions))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let files = names.sorted().map { folder.appending(path: $0) }.filter {
            known.contains($0.pathExtension.lowercased())
        }
        guard !files.isEmpty else {
            throw ManualImportError(
                .unreadable, file: folder.path, "no manuals in this folder (\(known.sorted().joined(separator: ", ")))")
        }
        return files
    }
}
