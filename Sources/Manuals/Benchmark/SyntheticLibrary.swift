import Domain
import Foundation

/// A library of synthetic manuals of any size in a folder of its own, gone with it.
public final class SyntheticLibrary {
    /// How long the library took to make, from files to a checked snapshot.
    public struct Build: Codable, Sendable, Hashable {
        public let passages: Int
        public let seconds: Double
        public let passagesPerSecond: Double
        public let snapshotBytes: Int

        enum CodingKeys: String, CodingKey {
            case passages, seconds
            case passagesPerSecond = "passages_per_second"
            case snapshotBytes = "snapshot_bytes"
        }
    }

    public let library: Library
    public let build: Build
    private let folder: URL

    /// - Parameter passages: rounded up to whole manuals.
    public init(passages: Int, seed: UInt64, settings: RetrievalSettings) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "andon-synthetic-\(UUID().uuidString)")
        let manualFolder = folder.appending(path: "manuals")
        do {
            try FileManager.default.createDirectory(at: manualFolder, withIntermediateDirectories: true)
            var manuals = SyntheticManuals(seed: seed)
            let files = try manuals.write(passages: passages, to: manualFolder)
            var limits = ImportLimits()
            limits.filesAtOnce = max(limits.filesAtOnce, files.count)
            library = try Library.open(folder.appending(path: "library"), limits: limits, settings: settings)
            let clock = ContinuousClock()
            let start = clock.now
            let number = try library.importManuals(files).library
            let seconds = (clock.now - start) / .seconds(1)
            let written = files.count * SyntheticManuals.rowsPerManual
            let size = try FileManager.default.attributesOfItem(atPath: library.folder.snapshot(number).path)[.size]
            build = Build(
                passages: written, seconds: seconds, passagesPerSecond: Double(written) / seconds,
                snapshotBytes: size as? Int ?? 0)
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
