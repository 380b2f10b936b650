import Extraction
import Foundation
import Platform

/// The extraction tasks of this machine: the site's own over the shipped ones.
public struct ExtractionTaskCatalog: Sendable {
    /// Where a site keeps its own tasks.
    public static let siteFolder = URL(fileURLWithPath: "/etc/andon/tasks", isDirectory: true)

    /// The first folder that has a task of the name wins.
    private let folders: [URL]

    /// - Parameter folders: the site's first; those that do not exist are skipped.
    public init(folders: [URL]) { self.folders = folders }

    public init(shipped: ShippedFiles) { self.init(folders: [Self.siteFolder, shipped.tasks]) }

    /// Reads a task.
    ///
    /// - Parameters:
    ///   - name: of a task of the folders, or the path of a file that ends in `.yaml`.
    ///   - schema: JSON Schema text in place of the task's own.
    /// - Throws: ``ApplianceError/Code/configuration`` where there is no such task, and what is wrong with its file.
    public func task(named name: String, schema: String?) throws -> ExtractionTask {
        let candidates =
            name.hasSuffix(".yaml")
            ? [URL(fileURLWithPath: name)] : folders.map { $0.appendingPathComponent("\(name).yaml") }
        let isName = name.hasSuffix(".yaml") || !name.contains("/")
        // One that is there and cannot be read is an error: a shipped task must not take the place of the site's own.
        guard isName, let file = try candidates.first(where: { try OwnFile.exists($0.path) }),
            FileManager.default.isReadableFile(atPath: file.path)
        else {
            throw ApplianceError(
                .configuration,
                "task \"\(name)\": expected a readable .yaml file or one of \(names().joined(separator: ", "))")
        }
        return try ExtractionTask(file: file.path, text: Data(contentsOf: file), schema: schema)
    }

    /// Sorted.
    public func names() -> [String] {
        let files = folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? [] }
        return Set(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }).sorted()
    }
}
