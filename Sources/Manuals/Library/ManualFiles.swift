import Foundation

/// Finds the files that an import is about.
enum ManualFiles {
    /// - Returns: the files, and the symbolic links that were found in folders: those lead elsewhere, and are followed only
    ///   where they are named themselves.
    static func expand(
        _ paths: [URL], limits: ImportLimits
    ) throws(ManualImportError) -> (files: [URL], links: [String]) {
        var files: [URL] = []
        var links: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
                throw ManualImportError(.unreadable, file: path.path, "no such file or folder")
            }
            if isFolder.boolValue {
                let found = try manuals(in: path)
                files += found.files
                links += found.links
            } else {
                files.append(path)
            }
            guard files.count <= limits.filesAtOnce else {
                throw ManualImportError(.tooLarge, file: path.path, "more than \(limits.filesAtOnce) files at once")
            }
        }
        return (files, links)
    }

    private static func manuals(in folder: URL) throws(ManualImportError) -> (files: [URL], links: [String]) {
        let known = Set(ManualFormats.all.flatMap(\.fileExtensions))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let all = names.sorted().map { folder.appending(path: $0) }.filter {
            known.contains($0.pathExtension.lowercased())
        }
        // Of the entry itself, not of what a link leads to.
        let links = all.filter { file in
            let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
            return attributes?[.type] as? FileAttributeType == .typeSymbolicLink
        }
        let files = all.filter { !links.contains($0) }
        guard !files.isEmpty else {
            let remark =
                links.isEmpty ? "" : "; \(links.count) symbolic links in it are not followed, name them themselves"
            throw ManualImportError(
                .unreadable, file: folder.path,
                "no manuals in this folder (\(known.sorted().joined(separator: ", ")))\(remark)")
        }
        return (files, links.map(\.path))
    }
}
