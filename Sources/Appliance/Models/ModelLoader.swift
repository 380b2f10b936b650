import Foundation
import GGUF
import Inference
import Logging
import Synchronization

/// Finds the configured model file and loads it onto a Vulkan device.
struct ModelLoader: Sendable {
    private let settings: Configuration.ModelSettings
    private let directory: DataDirectory
    private let shipped: ShippedFiles
    private let logger: Logger

    /// - Returns: nil when the configuration says that no model is used.
    init?(settings: Configuration.ModelSettings, directory: DataDirectory, shipped: ShippedFiles, logger: Logger) {
        guard settings.file != .none else { return nil }
        self.settings = settings
        self.directory = directory
        self.shipped = shipped
        self.logger = logger
    }

    func load() async throws -> LanguageModelGenerator {
        try await offSharedPool { try loadBlocking() }
    }

    private func loadBlocking() throws -> LanguageModelGenerator {
        let found = try ModelFile(settings: settings, directory: directory, shipped: shipped)
        let file = try GGUFFile(path: found.url.path)
        let progress = LoggedProgress(logger: logger)
        let engine = try Engine(
            file: file,
            options: EngineOptions(gpu: settings.gpu, cache: directory.cache, sha256: found.sha256) {
                progress.report($0)
            }
        ) { [logger] fault in
            logger.error("the device failed; the model is loaded anew", metadata: ["why": "\(fault)"])
        }
        return try LanguageModelGenerator(
            engine: engine, name: file.stringIfPresent("general.name") ?? found.url.lastPathComponent,
            sha256: try found.sha256 ?? ModelStore.digest(of: found.url))
    }
}

/// Logs every tenth of a load.
private final class LoggedProgress: Sendable {
    private let logger: Logger
    private let tenths = Atomic(0)

    init(logger: Logger) { self.logger = logger }

    func report(_ progress: LoadProgress) {
        let reached = Int(progress.fraction * 10)
        guard tenths.exchange(reached, ordering: .relaxed) != reached else { return }
        logger.info("loading the model", metadata: ["percent": "\(reached * 10)"])
    }
}
