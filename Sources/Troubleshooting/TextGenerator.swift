/// A language model that writes text under a schema, as this module needs it.
///
/// The engine blocks a thread of its own while it generates; a stream lets it do so while the reader verifies and
/// shows each step on another one.
public protocol TextGenerator: Sendable {
    var model: GeneratorModel { get }

    /// Tokens that `prompt` takes in the context.
    func tokenCount(_ prompt: Prompt) -> Int

    /// Writes JSON of `request.schema`, byte for byte the same for equal requests (temperature 0).
    ///
    /// The stream yields UTF-8 as it is decoded, split anywhere, even within a character. It ends where the model does
    /// (at `maxTokens` in the middle of the JSON), or throws: device lost, context too small. It must stop the
    /// generation when the reader ends the stream (`onTermination`).
    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<[UInt8], any Error>
}

/// Which model a ``TextGenerator`` runs, for the provenance of its answers.
public struct GeneratorModel: Sendable, Hashable {
    public let name: String
    /// Of the model file, lower-case hexadecimal.
    public let sha256: String
    public let adapter: String?
    /// Prompt and answer together, in tokens.
    public let contextTokens: Int

    public init(name: String, sha256: String, adapter: String? = nil, contextTokens: Int) {
        self.name = name
        self.sha256 = sha256
        self.adapter = adapter
        self.contextTokens = contextTokens
    }
}

/// What a model is asked to write.
public struct GenerationRequest: Sendable, Hashable {
    public let prompt: Prompt
    /// JSON Schema text that the output has to match; property order is that of the text.
    public let schema: String
    public let maxTokens: Int
    public let urgency: Urgency

    public init(prompt: Prompt, schema: String, maxTokens: Int, urgency: Urgency = .incident) {
        self.prompt = prompt
        self.schema = schema
        self.maxTokens = maxTokens
        self.urgency = urgency
    }
}

/// Who waits for an answer; of several, the most urgent is written first. It never changes what is written.
public enum Urgency: Sendable, Hashable {
    /// Nobody yet.
    case background
    /// A machine that has stopped.
    case incident
    /// A person in front of a screen.
    case person
}
