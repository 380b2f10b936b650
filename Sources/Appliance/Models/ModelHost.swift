import Domain
import Foundation
import Logging
import Troubleshooting

/// Holds the language model: loads it once, says why there is none, and tries again after the device was lost.
public actor ModelHost {
    /// After a failed load the model is not tried again for this long: each try reads gigabytes.
    static let retryPause = Duration.seconds(60)

    /// What answers are written with, for people.
    public enum Status: Sendable, CustomStringConvertible {
        case loaded(GeneratorModel, device: String)
        case none(reason: String)

        public var description: String {
            switch self {
            case .loaded(let model, let device): "\(model.name) on \(device)"
            case .none(let reason): "no model, answers are the manuals' own words (\(reason))"
            }
        }
    }

    private let loader: ModelLoader?
    private let logger: Logger
    private var loading: Task<LanguageModelGenerator?, Never>?
    private var failedAt: ContinuousClock.Instant?
    private(set) var status = Status.none(reason: "the model is not loaded yet")

    /// - Parameter loader: nil when the configuration says that no model is used.
    init(loader: ModelLoader?, logger: Logger) {
        self.loader = loader
        self.logger = logger
        if loader == nil { status = .none(reason: "the configuration names no model") }
    }

    /// The model, loaded when it is first asked for; nil when there is none, and then answers are extracts.
    func generator() async -> LanguageModelGenerator? {
        while let current = loading {
            if let generator = await current.value, generator.isUsable { return generator }
            // Whoever waited at the same time may have started the reload already.
            if loading == current { break }
        }
        if let failedAt, failedAt.duration(to: .now) < Self.retryPause { return nil }
        return await reload()
    }

    private func reload() async -> LanguageModelGenerator? {
        guard let loader else { return nil }
        let logger = logger
        let task = Task { () -> LanguageModelGenerator? in
            do {
                let generator = try await loader.load()
                self.loaded(generator)
                return generator
            } catch {
                logger.error("no model: answers are the manuals' own words", metadata: ["why": "\(error)"])
                self.failed("\(error)")
                return nil
            }
        }
        loading = task
        return await task.value
    }

    private func loaded(_ generator: LanguageModelGenerator) {
        status = .loaded(generator.model, device: generator.deviceName)
        failedAt = nil
    }

    private func failed(_ reason: String) {
        status = .none(reason: reason)
        failedAt = .now
    }
}
