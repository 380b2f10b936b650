import ConstrainedDecoding

/// What restricts the next token, as a grammar does.
public protocol TokenMask: Sendable {
    /// Fills the allowed tokens in: bit `i % 32` of word `i / 32` for token i.
    ///
    /// - Parameter mask: as many words as the vocabulary needs.
    func mask(into mask: inout [UInt32])

    /// Takes notice of the token that was chosen.
    mutating func advance(_ token: Int32) throws

    /// Whether nothing may follow but the end.
    var isComplete: Bool { get }

    /// The bytes that must come next, as far as there is no choice.
    func forcedBytes() -> [UInt8]

    /// The fewest bytes that make the text so far a whole one.
    func closingBytes() -> [UInt8]

    /// Works out what masks need that does not depend on the text, from any thread and beside all else.
    func prepare()
}

extension TokenMask {
    public func forcedBytes() -> [UInt8] { [] }
    public func closingBytes() -> [UInt8] { [] }
    public func prepare() {}
}

extension TokenConstraint: TokenMask {}

/// One text to continue.
public struct GenerationRequest: Sendable {
    /// Token ids of the prompt, at least one.
    public var prompt: [Int32]
    /// How many tokens to generate at most; the context may end sooner.
    public var maxTokens: Int
    /// 0 takes the likeliest token; above, tokens are drawn from the softmax of `logits / temperature`.
    public var temperature: Float
    /// Draws only from this many of the likeliest tokens; 0 keeps all. Without effect at temperature 0.
    public var topK: Int
    /// Draws only from the likeliest tokens that have this probability together, over 0 up to 1, which keeps all; after
    /// ``topK``. Without effect at temperature 0.
    public var topP: Float
    /// Makes draws repeatable; without effect at temperature 0.
    public var seed: UInt64
    /// What the text must keep to.
    public var constraint: (any TokenMask)?
    /// Tokens that end the text; they are not part of the result.
    public var endOfGeneration: Set<Int32>
    /// How tokens are guessed ahead; `nil` evaluates one token a pass.
    public var speculation: Speculation?

    public init(
        prompt: [Int32], maxTokens: Int, temperature: Float = 0, topK: Int = 0, topP: Float = 1, seed: UInt64 = 0,
        constraint: (any TokenMask)? = nil, endOfGeneration: Set<Int32> = [],
        speculation: Speculation? = nil
    ) {
        self.prompt = prompt
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.seed = seed
        self.constraint = constraint
        self.endOfGeneration = endOfGeneration
        self.speculation = speculation
    }

    var sampling: Sampling { Sampling(temperature: temperature, topK: topK, topP: topP, seed: seed) }
}

/// What came of a request.
public struct GenerationResult: Sendable {
    /// Why generation ended.
    public enum StopReason: String, Sendable {
        /// The model chose a token that ends the text.
        case endOfGeneration
        /// The constraint was fulfilled.
        case constraintComplete
        /// `maxTokens` were generated.
        case maxTokens
        /// The context is full.
        case contextFull
        /// The caller asked to stop.
        case cancelled

        /// Whether the text would have gone on.
        public var isLimit: Bool { self == .maxTokens || self == .contextFull }
    }

    /// The generated tokens, without the one that ends the text.
    public let tokens: [Int32]
    /// Why generation ended.
    public let stopReason: StopReason
    /// What makes a text whole that a limit cut short, by its constraint: the bytes of ``tokens`` with these behind them
    /// keep to it. Nobody chose them, so a text with them is well formed and may still be wrong.
    public let closing: [UInt8]
    /// How long it took.
    public let timings: GenerationTimings
}

/// How many drafted tokens a model has checked.
public struct DraftedTokens: Sendable, Equatable {
    public var checked = 0
    public var right = 0

    mutating func add(checked: Int, right: Int) {
        self.checked += checked
        self.right += min(max(0, right), checked)
    }
}

/// How long the parts of a request took, as the caller sees them.
public struct GenerationTimings: Sendable, Equatable {
    /// Prompt tokens that were evaluated.
    public var prefillTokens = 0
    /// Prompt tokens whose keys and values were in the cache already, from other requests.
    public var cachedTokens = 0
    /// Waiting until work on the request began.
    public var queueMs = 0.0
    /// From then until the prompt was evaluated and the first token chosen.
    public var prefillMs = 0.0
    /// Tokens that were chosen after the first.
    public var decodeTokens = 0
    /// Passes that chose them.
    public var decodePasses = 0
    /// From the first token to the last.
    public var decodeMs = 0.0
    /// Tokens that were checked because the grammar forces their text, and those of them that the model chose too.
    public var forced = DraftedTokens()
    /// The same of tokens that were looked up in the text before.
    public var lookedUp = DraftedTokens()

    /// Passes for each token after the first; nil if there was none.
    public var passesPerToken: Double? { decodeTokens > 0 ? Double(decodePasses) / Double(decodeTokens) : nil }
    /// From the request to the first token.
    public var firstTokenMs: Double { queueMs + prefillMs }
    /// Evaluated prompt tokens a second; 0 if none were.
    public var prefillTokensPerSecond: Double { prefillMs > 0 ? Double(prefillTokens) / prefillMs * 1000 : 0 }
    /// Decoded tokens a second; 0 if none were.
    public var decodeTokensPerSecond: Double { decodeMs > 0 ? Double(decodeTokens) / decodeMs * 1000 : 0 }
}
