import Dispatch
import Foundation
import GGUF
import Inference
import Tokenization
import VulkanCompute

/// Finds the configured model file and loads it onto a Vulkan device.
struct ModelLoader: Sendable {
    private let settings: Configuration.ModelSettings
    private let directory: DataDirectory
    private let shipped: ShippedFiles

    /// - Returns: nil when the configuration says that no model is used.
    init?(settings: Configuration.ModelSettings, directory: DataDirectory, shipped: ShippedFiles) {
        guard settings.file != .none else { return nil }
        self.settings = settings
        self.directory = directory
        self.shipped = shipped
    }

    func load() async throws -> LanguageModelGenerator {
        try await withCheckedThrowingContinuation { continuation in
            // Reading gigabytes and compiling pipelines blocks for seconds.
            DispatchQueue.global(qos: .userInitiated).async {
                continuation.resume(with: Result { try loadBlocking() })
            }
        }
    }

    /// A model file on this machine.
    struct Found {
        let file: URL
        /// Known without reading the file where it is installed under its digest.
        let sha256: String?
        let isDemonstration: Bool
    }

    /// - Throws: ``ApplianceError/Code/model`` when the file is not there.
    func find() throws -> Found {
        let found: Found
        switch settings.file {
        case .none: throw ApplianceError(.model, "the configuration names no model")
        case .path(let path):
            found = Found(file: URL(fileURLWithPath: path), sha256: nil, isDemonstration: false)
        case .active:
            if let active = try ModelStore(directory: directory.models).active() {
                found = Found(file: active.file, sha256: active.sha256, isDemonstration: false)
            } else {
                found = Found(file: shipped.demonstrationModel, sha256: nil, isDemonstration: true)
            }
        }
        guard FileManager.default.isReadableFile(atPath: found.file.path) else {
            throw ApplianceError(.model, "\(found.file.path): expected a readable model file")
        }
        return found
    }

    private func loadBlocking() throws -> LanguageModelGenerator {
        let found = try find()
        let file = try GGUFFile(path: found.file.path)
        let engine = try Engine(file: file, gpu: settings.gpu, cache: directory.cache)
        return try LanguageModelGenerator(
            engine: engine, name: file.stringIfPresent("general.name") ?? found.file.lastPathComponent,
            sha256: try found.sha256 ?? ModelStore.digest(of: found.file))
    }
}
