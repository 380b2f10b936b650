/// One part of a prompt, by who wrote it.
public enum PromptSegment: Equatable, Sendable {
    /// Written by us: names of special tokens in it become those tokens.
    case control(String)
    /// From outside (manuals, machines, people): encoded as plain text, whatever it says.
    case text(String)
}

/// One turn of a conversation.
public struct ChatMessage: Equatable, Sendable {
    public enum Role: String, Sendable {
        case system
        case user
        case assistant
    }

    public let role: Role
    public let content: String

    public init(role: Role, content: String) {
        self.role = role
        self.content = content
    }
}

/// How a model family writes conversations: the marks around each turn.
public struct ChatTemplate: Sendable {
    private let beforeRole: String
    private let afterRole: String
    private let afterContent: String
    /// The special tokens among the marks.
    private let specialTokens: [String]

    /// ChatML, which Qwen2 is trained with: `<|im_start|>role`, newline, content, `<|im_end|>`, newline.
    public static let chatML = ChatTemplate(
        beforeRole: "<|im_start|>", afterRole: "\n", afterContent: "<|im_end|>\n",
        specialTokens: ["<|im_start|>", "<|im_end|>"])

    /// The prompt of a conversation, up to where the assistant's next turn begins.
    ///
    /// Contents become text segments, so that nothing in them can end a turn or start one.
    public func render(_ messages: [ChatMessage]) -> [PromptSegment] {
        var segments: [PromptSegment] = []
        for message in messages {
            segments.append(.control(opening(message.role)))
            segments.append(.text(message.content))
            segments.append(.control(afterContent))
        }
        segments.append(.control(opening(.assistant)))
        return segments
    }

    /// The special tokens that this template needs and a vocabulary lacks; a model without them cannot tell the turns apart.
    public func missingSpecialTokens(in tokenizer: Tokenizer) -> [String] {
        specialTokens.filter { tokenizer.specialID($0) == nil }
    }

    private func opening(_ role: ChatMessage.Role) -> String {
        beforeRole + role.rawValue + afterRole
    }
}
