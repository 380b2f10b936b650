import Domain
import Foundation
import GGUF
import Inference
import Logging
import Synchronization
import Tokenization

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
        var options = EngineOptions(
            gpu: settings.gpu, context: settings.context, cacheFormat: settings.cacheFormat,
            profiles: GPUProfileCatalog(shipped: shipped), cache: directory.cache,
            sha256: found.sha256
        ) { progress.report($0) }
        options.onSelfTest = { [logger] in logger.report($0) }
        let engine = try Engine(file: file, options: options) { [logger] fault in
            logger.error("the device failed; the model is loaded anew", metadata: ["why": "\(fault)"])
        }
        return try LanguageModelGenerator(
            engine: engine, chatTemplate: ChatTemplate(gguf: file, tokenizer: engine.tokenizer),
            name: file.stringIfPresent("general.name") ?? found.url.lastPathComponent,
            sha256: try found.sha256 ?? ModelStore.digest(of: found.url), speculation: engine.speculation)
    }
}

extension Logger {
    /// Logs what comes of a device's self-test.
    fileprivate func report(_ event: SelfTestEvent) {
        switch event {
        case .turnedOff(let finding, let device):
            warning(
                "the device computes wrongly in one way, another takes its place",
                metadata: [
                    "device": "\(device.name)", "driver": "\(device.driver)", "path": "\(finding.path)",
                    "why": "\(finding.reason)", "without": "\(finding.feature.rawValue)",
                ])
        case .finished(let paths, let milliseconds):
            info("the device's self-test is done", metadata: ["paths": "\(paths)", "ms": "\(Int(milliseconds))"])
        case .notKept(let reason):
            warning("the verdict of the device's self-test cannot be kept", metadata: ["why": "\(reason)"])
        }
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
