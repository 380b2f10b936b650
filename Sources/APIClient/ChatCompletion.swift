/// A conversation for the model of the running appliance, as `POST /v1/chat/completions` takes it; a subset of OpenAI's
/// chat completions.
public struct ChatCompletionRequest: Codable, Sendable, Hashable {
    public struct Message: Codable, Sendable, Hashable {
        /// `system`, `user` or `assistant`.
        public let role: String
        public let content: String

        public init(role: String, content: String) {
            self.role = role
            self.content = content
        }
    }

    /// What the answer must keep to: a JSON Schema, by its text, since the order of its properties counts.
    public struct ResponseFormat: Codable, Sendable, Hashable {
        struct NamedSchema: Codable, Sendable, Hashable {
            let schema: String
        }

        let type: String
        let jsonSchema: NamedSchema

        enum CodingKeys: String, CodingKey {
            case type
            case jsonSchema = "json_schema"
        }

        public init(schema: String) {
            type = "json_schema"
            jsonSchema = NamedSchema(schema: schema)
        }
    }

    public let messages: [Message]
    public let maxTokens: Int
    public let responseFormat: ResponseFormat

    enum CodingKeys: String, CodingKey {
        case messages
        case maxTokens = "max_tokens"
        case responseFormat = "response_format"
    }

    public init(messages: [Message], maxTokens: Int, responseFormat: ResponseFormat) {
        self.messages = messages
        self.maxTokens = maxTokens
        self.responseFormat = responseFormat
    }
}

/// What `POST /v1/chat/completions` answers.
public struct ChatCompletion: Codable, Sendable, Hashable {
    public struct Choice: Codable, Sendable, Hashable {
        public let index: Int
        public let message: ChatCompletionRequest.Message
        /// `stop`, or `length` for an answer that was cut at the limit of tokens and closed by the rules of its format.
        public let finishReason: String

        enum CodingKeys: String, CodingKey {
            case index, message
            case finishReason = "finish_reason"
        }
    }

    public struct Usage: Codable, Sendable, Hashable {
        public let promptTokens: Int
        public let completionTokens: Int
        public let totalTokens: Int

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case totalTokens = "total_tokens"
        }
    }

    public let id: String
    public let object: String
    /// Seconds since 1970.
    public let created: Int
    public let model: String
    public let choices: [Choice]
    public let usage: Usage

    /// An answer with one choice.
    ///
    /// - Parameter created: seconds since 1970.
    public init(
        id: String, created: Int, model: String, text: String, isTruncated: Bool, promptTokens: Int,
        completionTokens: Int
    ) {
        self.id = id
        object = "chat.completion"
        self.created = created
        self.model = model
        choices = [
            Choice(
                index: 0, message: ChatCompletionRequest.Message(role: "assistant", content: text),
                finishReason: isTruncated ? "length" : "stop")
        ]
        usage = Usage(
            promptTokens: promptTokens, completionTokens: completionTokens,
            totalTokens: promptTokens + completionTokens)
    }
}
