import Dispatch
import Foundation
import Inference
import Synchronization
import Tokenization
import Troubleshooting

/// Gives the engine the face that troubleshooting asks for: text under a schema, streamed.
///
/// The engine blocks while it computes, so it has a queue of its own and never holds up the shared pool.
final class LanguageModelGenerator: TextGenerator {
    let model: GeneratorModel
    let deviceName: String

    private let confined: Confined
    private let tokenizer: Tokenizer
    private let queue = DispatchQueue(label: "inference", qos: .userInitiated)
    private let hasFailed = Atomic(false)

    /// The engine, for one queue alone.
    private struct Confined: @unchecked Sendable {
        // Only blocks on `queue`, a serial one, touch it after the initializer.
        let engine: Engine
    }

    init(engine: sending Engine, name: String, sha256: String) {
        tokenizer = engine.tokenizer
        deviceName = engine.model.device.description.name
        model = GeneratorModel(name: name, sha256: sha256, contextTokens: engine.model.shape.contextLength)
        confined = Confined(engine: engine)
    }

    /// False after the device failed: load the model again.
    var isUsable: Bool { !hasFailed.load(ordering: .acquiring) }

    func tokenCount(_ prompt: Prompt) -> Int { encode(prompt).count }

    func generate(_ request: Troubleshooting.GenerationRequest) -> AsyncThrowingStream<[UInt8], any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self)
        let isCancelled = CancellationFlag()
        continuation.onTermination = { _ in isCancelled.raise() }
        queue.async { [self] in
            do {
                try run(request, isCancelled: isCancelled) { continuation.yield($0) }
                continuation.finish()
            } catch {
                if (error as? ModelError)?.isDeviceFault == true { hasFailed.store(true, ordering: .releasing) }
                continuation.finish(throwing: error)
            }
        }
        return stream
    }

    private func run(
        _ request: Troubleshooting.GenerationRequest, isCancelled: CancellationFlag, onText: ([UInt8]) -> Void
    ) throws {
        let engine = confined.engine
        _ = try engine.model.generate(
            Inference.GenerationRequest(
                prompt: encode(request.prompt), maxTokens: request.maxTokens,
                constraint: engine.constraint(schema: request.schema),
                endOfGeneration: tokenizer.endOfGeneration)
        ) { token in
            onText(tokenizer.tokenBytes(token))
            return !isCancelled.isRaised
        }
    }

    private func encode(_ prompt: Prompt) -> [Int32] {
        tokenizer.encode(
            prompt.segments.map { segment in
                switch segment {
                case .control(let text): .control(text)
                case .text(let text): .text(text)
                }
            })
    }
}

extension ModelError {
    /// Whether device and model must be made anew.
    public var isDeviceFault: Bool { code == .device && deviceError?.code != .outOfMemory }
}

/// Tells the engine's thread that nobody reads any more.
private final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    var isRaised: Bool { flag.load(ordering: .relaxed) }
    func raise() { flag.store(true, ordering: .relaxed) }
}
