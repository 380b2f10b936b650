import GGUF

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
///
/// The beginning-of-text token is not among them: ``Tokenizer/encode(_:)-([PromptSegment])`` writes it.
public struct ChatTemplate: Equatable, Sendable {
    private struct Marks: Equatable {
        let before: String
        let after: String
    }

    /// For people.
    public let name: String
    /// `nil` where a family has no such turn: what the system says then stands in the last user turn, before its content
    /// and an empty line.
    private let system: Marks?
    private let user: Marks
    private let assistant: Marks
    /// What the model goes on from.
    private let answer: String
    /// The special tokens that tell the template: a vocabulary has them and a file's own template names them.
    private let signs: [String]

    /// Qwen2's: `<|im_start|>role`, newline, content, `<|im_end|>`, newline.
    public static let chatML = chatML(name: "ChatML", beforeAnswer: "", signs: ["<|im_start|>", "<|im_end|>"])

    /// ChatML for models that think before they answer unless they find an empty thought, as Qwen3 does.
    ///
    /// An answer under a schema has no room for thoughts. Source: `enable_thinking` in Qwen3's `tokenizer_config.json`.
    public static let chatMLWithoutThinking = chatML(
        name: "ChatML without thinking", beforeAnswer: "<think>\n\n</think>\n\n",
        signs: ["<|im_start|>", "<|im_end|>", "<think>", "</think>"])

    /// Llama 3's, without the dates that Llama 3.1 puts before the system's words: an answer is the same on every day.
    ///
    /// Source: `chat_format.py` of Meta's `llama-models`.
    public static let llama3 = ChatTemplate(
        name: "Llama 3", system: llama3Marks("system"), user: llama3Marks("user"), assistant: llama3Marks("assistant"),
        answer: llama3Marks("assistant").before,
        signs: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"])

    /// Mistral NeMo's: no spaces around contents, and no system turn.
    ///
    /// Source: `InstructTokenizerV3` with Tekken, of Mistral's `mistral-common`.
    public static let mistralNeMo = ChatTemplate(
        name: "Mistral NeMo", system: nil, user: Marks(before: "[INST]", after: "[/INST]"),
        assistant: Marks(before: "", after: "</s>"), answer: "", signs: ["[INST]", "[/INST]"])

    /// Of several that a file could mean the first is taken: a model of any family may be tuned to ChatML, whose tokens are
    /// then added to its own.
    private static let known = [chatMLWithoutThinking, chatML, llama3, mistralNeMo]

    private static func chatML(name: String, beforeAnswer: String, signs: [String]) -> ChatTemplate {
        func marks(_ role: String) -> Marks { Marks(before: "<|im_start|>\(role)\n", after: "<|im_end|>\n") }
        return ChatTemplate(
            name: name, system: marks("system"), user: marks("user"), assistant: marks("assistant"),
            answer: marks("assistant").before + beforeAnswer, signs: signs)
    }

    private static func llama3Marks(_ role: String) -> Marks {
        Marks(before: "<|start_header_id|>\(role)<|end_header_id|>\n\n", after: "<|eot_id|>")
    }

    private init(name: String, system: Marks?, user: Marks, assistant: Marks, answer: String, signs: [String]) {
        self.name = name
        self.system = system
        self.user = user
        self.assistant = assistant
        self.answer = answer
        self.signs = signs
    }

    /// The template that a model was trained with: its special tokens are in the vocabulary and, if the file brings a
    /// Jinja template, named in that. The Jinja is not run.
    ///
    /// - Throws: ``GGUFError`` with the templates that are supported, if the model was trained with none of them.
    public init(gguf file: GGUFFile, tokenizer: Tokenizer) throws(GGUFError) {
        let jinja = try file.stringIfPresent(Key.chatTemplate)
        let found = Self.known.first { template in
            template.signs.allSatisfy { tokenizer.specialID($0) != nil && jinja?.contains($0) != false }
        }
        guard let found else {
            throw GGUFError(
                jinja == nil ? .missing : .unsupportedType, path: file.path, field: "metadata \"\(Key.chatTemplate)\"",
                detail: "expected a model trained for chat with one of "
                    + Self.known.map { "\($0.name) (\($0.signs.joined(separator: " ")))" }.joined(separator: ", "))
        }
        self = found
    }

    /// The prompt of a conversation, up to where the assistant's next turn begins.
    ///
    /// Contents become text segments, so that nothing in them can end a turn or start one.
    public func render(_ messages: [ChatMessage]) -> [PromptSegment] {
        var segments: [PromptSegment] = []
        for message in placingSystem(messages) {
            let marks = marks(message.role)
            segments.append(.control(marks.before))
            segments.append(.text(message.content))
            segments.append(.control(marks.after))
        }
        segments.append(.control(answer))
        return segments
    }

    private func marks(_ role: ChatMessage.Role) -> Marks {
        switch role {
        case .system: system ?? user
        case .user: user
        case .assistant: assistant
        }
    }

    /// Moves what the system says into the last user turn, where there is no turn for it.
    private func placingSystem(_ messages: [ChatMessage]) -> [ChatMessage] {
        guard system == nil, let last = messages.lastIndex(where: { $0.role == .user }) else { return messages }
        let said = messages.filter { $0.role == .system }.map(\.content) + [messages[last].content]
        var placed = messages
        placed[last] = ChatMessage(role: .user, content: said.joined(separator: "\n\n"))
        return placed.filter { $0.role != .system }
    }
}
