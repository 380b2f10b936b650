import Foundation

/// Finds the files that ship with Andon: device profiles, extraction tasks, sample manuals, the demonstration model.
public struct ShippedFiles: Sendable, Hashable {
    public let deviceProfiles: URL
    public let demonstration: URL
    public let tasks: URL
    /// Words that mean the same, for searching.
    public let glossary: URL

    public var demonstrationModel: URL {
        demonstration.appendingPathComponent("model/andon-demo.gguf")
    }
    public var sampleManuals: URL {
        demonstration.appendingPathComponent("manuals", isDirectory: true)
    }

    /// Looks at `ANDON_SHARE`, then in the installed place, then in the source tree around the executable.
    ///
    /// - Throws: ``ApplianceError/Code/shippedFile`` listing where it looked.
    public static func locate(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        executable: URL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    ) throws -> ShippedFiles {
        var candidates: [ShippedFiles] = []
        if let share = environment["ANDON_SHARE"], !share.isEmpty {
            candidates.append(ShippedFiles(installedAt: URL(fileURLWithPath: share, isDirectory: true)))
        } else {
            candidates.append(ShippedFiles(installedAt: URL(fileURLWithPath: "/usr/share/andon", isDirectory: true)))
            var folder = executable.deletingLastPathComponent()
            while folder.pathComponents.count > 1 {
                candidates.append(ShippedFiles(sourceTree: folder))
                folder.deleteLastPathComponent()
            }
        }
        let found = candidates.first {
            FileManager.default.fileExists(atPath: $0.deviceProfiles.appendingPathComponent("machines").path)
                && FileManager.default.fileExists(atPath: $0.demonstration.path)
                && FileManager.default.fileExists(atPath: $0.glossary.path)
        }
        guard let found else {
            throw ApplianceError(
                .shippedFile,
                "the files that ship with Andon are not where they are expected: set ANDON_SHARE to the folder that holds"
                    + " device-profiles/, config/ and demo/ (looked at \(candidates.map(\.deviceProfiles.path).joined(separator: ", ")))"
            )
        }
        return found
    }

    private init(installedAt share: URL) {
        deviceProfiles = share.appendingPathComponent("device-profiles", isDirectory: true)
        demonstration = share.appendingPathComponent("demo", isDirectory: true)
        tasks = share.appendingPathComponent("tasks", isDirectory: true)
        glossary = share.appendingPathComponent("config/glossary.yaml")
    }

    private init(sourceTree root: URL) {
        deviceProfiles = root.appendingPathComponent("device-profiles", isDirectory: true)
        demonstration = root.appendingPathComponent("packaging/demo", isDirectory: true)
        tasks = root.appendingPathComponent("packaging/config/tasks", isDirectory: true)
        glossary = root.appendingPathComponent("packaging/config/glossary.yaml")
    }
}
