import Foundation
import Platform
import VulkanCompute

/// The GPU profiles of this appliance: the site's own over the shipped ones.
public struct GPUProfileCatalog: Sendable {
    /// Where a site keeps its own profiles.
    public static let siteFolder = URL(fileURLWithPath: "/etc/andon/device-profiles/gpus", isDirectory: true)
    /// More files in a folder are a mistake.
    static let filesLimit = 256

    /// The first folder that has a profile for a device wins.
    private let folders: [URL]

    /// - Parameter folders: the site's first; those that do not exist are skipped.
    public init(folders: [URL]) { self.folders = folders }

    public init(shipped: ShippedFiles) {
        self.init(folders: [
            Self.siteFolder, shipped.deviceProfiles.appendingPathComponent("gpus", isDirectory: true),
        ])
    }

    /// What is found on this machine; a device has its built-in profile where nothing is.
    public static var standard: GPUProfileCatalog {
        (try? ShippedFiles.locate()).map(GPUProfileCatalog.init(shipped:)) ?? GPUProfileCatalog(folders: [siteFolder])
    }

    /// The profile that is cut most closely for a device: one for its PCI id before one for its vendor and kind, for its
    /// vendor, for its kind; the built-in one if there is none.
    ///
    /// Every file of a folder is read, so that a mistake shows on every machine.
    ///
    /// - Throws: `StrictYAMLError` naming file, line, key and expectation; ``GPUProfileCatalogError`` if two profiles of a
    ///   folder fit equally well.
    public func profile(for device: DeviceDescription) throws -> GPUProfile {
        for folder in folders where try OwnFile.exists(folder.path) {
            let profiles = try files(in: folder).map { file in
                try GPUProfile(
                    name: file.deletingPathExtension().lastPathComponent, file: file.path,
                    text: Data(contentsOf: file), device: device)
            }
            guard let closest = profiles.compactMap({ $0.specificity(for: device) }).max() else { continue }
            let fitting = profiles.filter { $0.specificity(for: device) == closest }
            guard fitting.count == 1 else {
                throw GPUProfileCatalogError.ambiguous(
                    device: "\(device.name) (\(device.pciID))", files: fitting.compactMap(\.file))
            }
            return fitting[0]
        }
        return .builtIn(for: device)
    }

    /// In the order of their names.
    private func files(in folder: URL) throws -> [URL] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        guard files.count <= Self.filesLimit else {
            throw GPUProfileCatalogError.tooMany(folder: folder.path, count: files.count)
        }
        return files.sorted().map { folder.appendingPathComponent($0) }
    }
}

public enum GPUProfileCatalogError: Error, Sendable, Hashable, CustomStringConvertible {
    case ambiguous(device: String, files: [String])
    case tooMany(folder: String, count: Int)

    public var description: String {
        switch self {
        case .ambiguous(let device, let files):
            "\(files.joined(separator: " and ")) are for \(device) alike: expected one, or one that is narrower"
        case .tooMany(let folder, let count):
            "\(folder) has \(count) profiles: expected at most \(GPUProfileCatalog.filesLimit)"
        }
    }
}
