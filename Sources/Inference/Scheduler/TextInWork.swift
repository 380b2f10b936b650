import Dispatch

/// How urgent a request is.
public enum GenerationPriority: Int, Comparable, Sendable {
    case low, normal, high

    public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }
}

/// One text between its request and its result.
///
/// What it has generated may be evaluated again from the start, token by token as it came about, and continues with the
/// same tokens: so its blocks, or its device, may be taken from it at any time.
final class TextInWork {
    /// Rises with the time of arrival.
    let id: UInt64
    let request: GenerationRequest
    let priority: GenerationPriority
    /// Prompt and generated tokens.
    private(set) var tokens: [Int32]
    /// Tokens whose keys and values are in the cache.
    var evaluated = 0
    var place: PagedCache.Text?
    var timings = GenerationTimings()

    private var constraint: (any TokenMask)?
    private var lookup: PromptLookup?
    /// How often tokens that were looked up turned out right, of late.
    private var lookupConfidence = 0.7
    private let onToken: (Int32) throws -> Bool
    private let onEnd: (Result<GenerationResult, any Error>) -> Void
    private let arrival: ContinuousClock.Instant
    private var began: ContinuousClock.Instant?
    private var firstToken: ContinuousClock.Instant?

    /// - Parameters:
    ///   - onToken: gets each generated token; gives `false`, or throws, to stop.
    ///   - onEnd: called once.
    init(
        id: UInt64, request: GenerationRequest, priority: GenerationPriority = .normal,
        arrival: ContinuousClock.Instant = .now, onToken: @escaping (Int32) throws -> Bool,
        onEnd: @escaping (Result<GenerationResult, any Error>) -> Void
    ) {
        self.id = id
        self.request = request
        self.priority = priority
        self.arrival = arrival
        self.onToken = onToken
        self.onEnd = onEnd
        tokens = request.prompt
        constraint = request.constraint
        lookup = request.speculation?.looksUp == true ? PromptLookup(request.prompt) : nil
    }

    var promptCount: Int { request.prompt.count }
    /// Whether part of the prompt is still to be evaluated.
    var isInPrompt: Bool { evaluated < promptCount }
    /// Whether the evaluation of a token chooses the next one; otherwise that is known already.
    func isLast(_ position: Int) -> Bool { position == tokens.count - 1 }
    var isMasked: Bool { constraint != nil }
    /// Tokens that may still be generated.
    var tokensLeft: Int { request.maxTokens - (tokens.count - promptCount) }

    /// Whether this one goes before the other: by priority, then by arrival.
    func precedes(_ other: TextInWork) -> Bool {
        (other.priority.rawValue, id) < (priority.rawValue, other.id)
    }

    /// Takes notice that work has begun.
    func begin() {
        guard began == nil else { return }
        began = .now
        timings.queueMs = arrival.duration(to: .now).milliseconds
        // Beside the passes of the prompt: what is not ready when it is needed is worked out then.
        if let constraint { DispatchQueue.global(qos: .userInitiated).async { constraint.prepare() } }
    }

    func mask(into words: inout [UInt32]) { constraint?.mask(into: &words) }

    /// Takes the sampler's choice for the next token.
    ///
    /// - Returns: why the text ends with it; `nil` if it goes on.
    func take(_ choice: UInt32, contextLength: Int) throws -> GenerationResult.StopReason? {
        guard choice != SampleKernel.none else {
            throw ModelError(
                .noToken, "after \(tokens.count) tokens: nothing is allowed, or the logits are not numbers")
        }
        let token = Int32(bitPattern: choice)
        measure()
        if request.endOfGeneration.contains(token) { return .endOfGeneration }
        try constraint?.advance(token)
        tokens.append(token)
        lookup?.append(token)
        if try !onToken(token) { return .cancelled }
        if constraint?.isComplete == true { return .constraintComplete }
        if tokens.count - promptCount >= request.maxTokens { return .maxTokens }
        return tokens.count >= contextLength ? .contextFull : nil
    }

    func end(_ reason: GenerationResult.StopReason) {
        let closing = reason.isLimit ? constraint?.closingBytes() ?? [] : []
        onEnd(
            .success(
                GenerationResult(
                    tokens: Array(tokens[promptCount...]), stopReason: reason, closing: closing, timings: timings)))
    }

    func fail(_ error: any Error) { onEnd(.failure(error)) }

    // MARK: Drafts

    /// What probably follows the last token: what the grammar forces, then what followed the same words earlier.
    ///
    /// - Parameter limit: tokens at most.
    func draft(limit: Int) -> Draft {
        var draft = Draft()
        guard let speculation = request.speculation, limit > 0 else { return draft }
        let forced = constraint?.forcedBytes() ?? []
        if forced.isEmpty {
            propose(lookup?.continuation(limit: limit) ?? [], to: &draft, confidence: lookupConfidence)
            return draft
        }
        let tokens = speculation.tokens(of: forced, after: tokens[tokens.count - 1])
        let isWhole = propose(
            tokens.prefix(limit), to: &draft, confidence: Draft.forcedConfidence, areForced: true)
        if isWhole, draft.count < limit, let lookup {
            let next = speculation.firstWords(of: lookup.resumption(limit: limit))
            propose(next.prefix(limit - draft.count), to: &draft, confidence: lookupConfidence)
        }
        return draft
    }

    @discardableResult
    private func propose(
        _ tokens: some Sequence<Int32>, to draft: inout Draft, confidence: Double, areForced: Bool = false
    ) -> Bool {
        draft.append(
            tokens, confidence: confidence, areForced: areForced, endOfGeneration: request.endOfGeneration,
            constraint: constraint)
    }

    /// Takes notice of how many tokens of a draft the model chose too.
    func checked(_ draft: Draft, accepted: Int) {
        let forcedCount = min(draft.count, draft.lookedUpFrom)
        timings.forced.add(checked: forcedCount, right: accepted)
        timings.lookedUp.add(checked: draft.count - forcedCount, right: accepted - forcedCount)
        let lookedUp = min(accepted + 1, draft.count) - draft.lookedUpFrom
        guard lookedUp > 0 else { return }
        let right = Double(max(0, accepted - draft.lookedUpFrom)) / Double(lookedUp)
        lookupConfidence = min(0.95, max(0.2, lookupConfidence + 0.25 * (right - lookupConfidence)))
    }

    private func measure() {
        let now = ContinuousClock.now
        if let firstToken {
            timings.decodeTokens += 1
            timings.decodeMs = firstToken.duration(to: now).milliseconds
        } else {
            firstToken = now
            timings.prefillMs = (began ?? arrival).duration(to: now).milliseconds
        }
    }
}
