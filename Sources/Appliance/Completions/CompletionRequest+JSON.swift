import ConstrainedDecoding
import Tokenization

extension CompletionRequest {
    /// The longest body that is read, in bytes: a schema of the largest size and a conversation.
    static let bodyBytesLimit = 2 << 20
    private static let messagesLimit = 256
    private static let tokensLimit = 1_000_000

    /// Reads the body of `POST /v1/chat/completions`.
    ///
    /// - Throws: ``RequestBodyError``.
    init(body: some Sequence<UInt8>) throws(RequestBodyError) {
        var fields = try RequestFields(
            body: body, limits: JSONLimits(depth: 256, sizeBytes: Self.bodyBytesLimit))
        guard var turns = try fields.objects("messages"), !turns.isEmpty, turns.count <= Self.messagesLimit else {
            throw fields.error("messages", expected: "1 to \(Self.messagesLimit) messages")
        }
        var messages: [ChatMessage] = []
        for index in turns.indices { messages.append(try ChatMessage(&turns[index])) }
        self.init(messages: messages)
        // Clients name a model; there is one.
        _ = try fields.string("model")
        let longer = try fields.integer("max_completion_tokens", in: 1...Self.tokensLimit)
        maxTokens = try fields.integer("max_tokens", in: 1...Self.tokensLimit) ?? longer ?? maxTokens
        temperature = try fields.number("temperature", in: 0...10).map(Float.init) ?? temperature
        topP = try fields.number("top_p", in: 0...1).map(Float.init) ?? topP
        guard topP > 0 else { throw fields.error("top_p", expected: "more than 0") }
        seed = try fields.integer("seed", in: 0...Int.max).map(UInt64.init) ?? seed
        _ = try fields.integer("n", in: 1...1)
        guard try fields.flag("stream") != true else {
            throw fields.error("stream", expected: "false: answers come whole")
        }
        if var format = try fields.object("response_format") { self.format = try ResponseFormat(&format) }
        try fields.finish()
    }
}

extension ChatMessage {
    fileprivate init(_ fields: inout RequestFields) throws(RequestBodyError) {
        guard let role = try fields.string("role").flatMap(Role.init(rawValue:)) else {
            throw fields.error("role", expected: "system, user or assistant")
        }
        guard let content = try fields.string("content") else { throw fields.error("content", expected: "a string") }
        try fields.finish()
        self.init(role: role, content: content)
    }
}

extension ResponseFormat {
    fileprivate init(_ fields: inout RequestFields) throws(RequestBodyError) {
        switch try fields.string("type") {
        case "text": self = .text
        case "json_object": self = .jsonSchema(#"{"type":"object"}"#)
        case "json_schema":
            guard var named = try fields.object("json_schema") else {
                throw fields.error("json_schema", expected: "an object with a schema")
            }
            _ = try named.string("name")
            _ = try named.string("description")
            guard try named.flag("strict") != false else {
                throw named.error("strict", expected: "true: a schema is always kept to")
            }
            switch named.value("schema") {
            case .string(let text)?: self = .jsonSchema(text)
            case let value?: self = .jsonSchema(String(decoding: value.compactBytes, as: UTF8.self))
            case nil: throw named.error("schema", expected: "a JSON Schema, or its text")
            }
            try named.finish()
        case "regex":
            guard let pattern = try fields.string("regex") else {
                throw fields.error("regex", expected: "a pattern")
            }
            self = .regex(pattern)
        case "choice":
            let items = try fields.array("choices") ?? []
            let texts = items.compactMap { item in
                if case .string(let text) = item { text } else { nil }
            }
            guard !texts.isEmpty, texts.count == items.count else {
                throw fields.error("choices", expected: "one string or more")
            }
            self = .choice(texts)
        default: throw fields.error("type", expected: "text, json_object, json_schema, regex or choice")
        }
        try fields.finish()
    }
}
