/// How fast a model reads prompts and writes tokens; each array has a value for each round.
public struct GenerationFigures: Sendable, Equatable {
    /// How long the first token of a prompt takes.
    public struct FirstToken: Sendable, Equatable {
        public let promptTokens: Int
        /// From the request on, of a prompt of which the cache holds nothing; none if it was left out.
        public let ms: [Double]
        /// Why it was left out.
        public let skipped: String?
    }

    /// Several texts that are continued together.
    public struct Batch: Sendable, Equatable {
        public let texts: Int
        /// Of all texts together.
        public let tokensPerSecond: [Double]
    }

    /// Tokens of the prompt.
    public internal(set) var prefillTokensPerSecond: [Double] = []
    /// Of one text alone, after its first token.
    public internal(set) var decodeTokensPerSecond: [Double] = []
    /// Of the prompt.
    public internal(set) var firstTokenMs: [Double] = []
    /// CPU time of the thread that submits the steps; a CPU driver's own threads do not count.
    public internal(set) var decodeCPUMsPerToken: [Double] = []
    public internal(set) var firstTokens: [FirstToken] = []
    public internal(set) var batches: [Batch] = []
}
