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

    /// Reads, writes and checks the manuals as an import does, but one after the other, so that memory stays small.
    ///
    /// - Parameter passages: rounded up to whole manuals.
    public init(passages: Int, seed: UInt64, settings: RetrievalSettings) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "andon-synthetic-\(UUID().uuidString)")
        let libraryFolder = LibraryFolder(url: folder.appending(path: "library"))
        do {
            try libraryFolder.create()
            var manuals = SyntheticManuals(seed: seed)
            let files = try manuals.write(passages: passages, to: folder)
            let clock = ContinuousClock()
            let start = clock.now
            let number = try LibraryEdit(folder: libraryFolder, current: nil).run { database in
                for file in files {
                    let manual = try ReadManual(file, overrides: ManualMetadata(), limits: ImportLimits())
                    _ = try manual.write(to: database)
                }
            }
            let seconds = (clock.now - start) / .seconds(1)
            let written = files.count * SyntheticManuals.rowsPerManual
            let size = try FileManager.default.attributesOfItem(atPath: libraryFolder.snapshot(number).path)[.size]
            build = Build(
                passages: written, seconds: seconds, passagesPerSecond: Double(written) / seconds,
                snapshotBytes: size as? Int ?? 0)
            library = try Library.open(libraryFolder.url, settings: settings)
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
