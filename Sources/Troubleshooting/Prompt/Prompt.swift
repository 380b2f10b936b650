/// What a model reads: text with control tokens between.
public struct Prompt: Sendable, Hashable {
    /// Rises with every change of the format; a model trained on one version is not asked with another.
    public static let version = 1

    public let segments: [PromptSegment]

    public init(_ segments: [PromptSegment]) { self.segments = segments }

    /// All segments joined, for people and golden files.
    public var text: String {
        segments.map { segment in
            switch segment {
            case .control(let text), .text(let text): text
            }
        }.joined()
    }
}

/// A stretch of a prompt with the trust that it deserves.
public enum PromptSegment: Sendable, Hashable {
    /// Written by this program: control tokens in it are parsed.
    case control(String)
    /// From manuals, machines and people: control tokens in it are plain characters.
    case text(String)
}
