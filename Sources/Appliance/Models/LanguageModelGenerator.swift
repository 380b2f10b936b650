import Inference
import Synchronization
import Tokenization
import Troubleshooting

/// Gives the engine the face that troubleshooting asks for: text under a schema, streamed; several at once.
public final class LanguageModelGenerator: TextGenerator {
    public let model: GeneratorModel
    let deviceName: String

    private let engine: Engine
    private let chatTemplate: ChatTemplate
    private let speculation: Speculation?
    private let onResult: @Sendable (GenerationResult) -> Void
    private let hasFailed = Atomic(false)

    /// - Parameters:
    ///   - speculation: how tokens are guessed ahead; nil evaluates one token a pass.
    ///   - onResult: told of each text that was written to its end.
    public init(
        engine: Engine, chatTemplate: ChatTemplate, name: String, sha256: String, speculation: Speculation?,
        onResult: @escaping @Sendable (GenerationResult) -> Void = { _ in }
    ) {
        self.engine = engine
        self.speculation = speculation
        self.onResult = onResult
        self.chatTemplate = chatTemplate
        deviceName = engine.scheduler.device.name
        model = GeneratorModel(name: name, sha256: sha256, contextTokens: engine.scheduler.shape.contextLength)
    }

    /// False after the device failed for good: load the model again.
    var isUsable: Bool { !hasFailed.load(ordering: .acquiring) }

    public func tokenCount(_ prompt: Prompt) -> Int { encode(prompt).count }

    public func generate(_ request: Troubleshooting.GenerationRequest) -> AsyncThrowingStream<[UInt8], any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self)
        let task = Task {
            do {
                for try await event in try submit(request) {
                    switch event {
                    case .token(let token): continuation.yield(engine.tokenizer.tokenBytes(token))
                    case .finished(let result): onResult(result)
                    }
                }
                continuation.finish()
            } catch {
                note(error)
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    private func submit(
        _ request: Troubleshooting.GenerationRequest
    ) throws -> AsyncThrowingStream<GenerationEvent, any Error> {
        try engine.scheduler.submit(
            Inference.GenerationRequest(
                prompt: encode(request.prompt), maxTokens: request.maxTokens,
                constraint: engine.constraint(.jsonSchema(request.schema)),
                endOfGeneration: engine.tokenizer.endOfGeneration, speculation: speculation),
            priority: GenerationPriority(request.urgency))
    }

    private func encode(_ prompt: Prompt) -> [Int32] {
        encode([ChatMessage(role: .system, content: prompt.system), ChatMessage(role: .user, content: prompt.user)])
    }

    private func encode(_ messages: [ChatMessage]) -> [Int32] {
        engine.tokenizer.encode(chatTemplate.render(messages))
    }

    /// Answers a conversation, after whatever is more urgent.
    ///
    /// - Throws: `SchemaError` or `ModelError` before any work is done, `ModelError` where the model fails, and
    ///   `CancellationError`.
    func complete(_ request: CompletionRequest) async throws -> Completion {
        let prompt = encode(request.messages)
        do {
            let result = try await engine.scheduler.generate(
                Inference.GenerationRequest(
                    prompt: prompt, maxTokens: request.maxTokens, temperature: request.temperature,
                    topP: request.topP, seed: request.seed, constraint: engine.constraint(request.format),
                    endOfGeneration: engine.tokenizer.endOfGeneration, speculation: speculation),
                priority: .low)
            return Completion(
                text: engine.text(of: result), isTruncated: result.stopReason.isLimit, promptTokens: prompt.count,
                completionTokens: result.tokens.count, model: model.name)
        } catch {
            note(error)
            throw error
        }
    }

    /// Takes notice of what went wrong.
    private func note(_ error: any Error) {
        if (error as? ModelError)?.isDeviceFault == true { hasFailed.store(true, ordering: .releasing) }
    }
}

extension GenerationPriority {
    fileprivate init(_ urgency: Urgency) {
        switch urgency {
        case .background: self = .low
        case .incident: self = .normal
        case .person: self = .high
        }
    }
}
