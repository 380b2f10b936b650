import ConstrainedDecoding
import Tokenization

/// Turns of a conversation for the model to answer, and what the answer must keep to.
public struct CompletionRequest: Sendable, Equatable {
    public var messages: [ChatMessage]
    public var format: ResponseFormat
    /// Tokens of the answer at most.
    public var maxTokens: Int
    /// 0 takes the likeliest token; above, tokens are drawn.
    public var temperature: Float
    /// Draws only from the likeliest tokens that have this probability together.
    public var topP: Float
    /// Makes draws repeatable.
    public var seed: UInt64

    public init(
        messages: [ChatMessage], format: ResponseFormat = .text, maxTokens: Int = 256, temperature: Float = 0,
        topP: Float = 1, seed: UInt64 = 0
    ) {
        self.messages = messages
        self.format = format
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topP = topP
        self.seed = seed
    }
}

/// What the model answered.
public struct Completion: Sendable, Equatable {
    /// Keeps to the request's format, also where it was cut short.
    public let text: String
    /// Whether the answer was cut at the limit of tokens and then closed by the rules of its format: it is well formed,
    /// but not all that the model had to say.
    public let isTruncated: Bool
    public let promptTokens: Int
    public let completionTokens: Int
    /// The name of the model.
    public let model: String

    public init(text: String, isTruncated: Bool, promptTokens: Int, completionTokens: Int, model: String) {
        self.text = text
        self.isTruncated = isTruncated
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.model = model
    }
}
