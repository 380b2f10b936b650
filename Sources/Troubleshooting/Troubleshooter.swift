import Domain

/// Answers questions: retrieves passages, has a model write steps from them, verifies each step as it arrives.
///
/// Without a model, and whenever the model fails, the answer is the passage's own steps. Retrieval reads SQLite, off
/// the shared pool.
public struct Troubleshooter: Sendable {
    /// Bounds of one answer.
    public struct Limits: Sendable {
        /// The context's part that is kept free for the answer, in tokens; a third of a smaller context.
        public var answerTokens: Int
        /// For the model, from the request to its last byte, its waiting for other answers included.
        public var generation: Duration

        public init(answerTokens: Int = 1_024, generation: Duration = .seconds(120)) {
            self.answerTokens = answerTokens
            self.generation = generation
        }
    }

    private let retriever: any PassageRetriever
    private let generator: (any TextGenerator)?
    private let limits: Limits
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - generator: nil answers by extract.
    ///   - clock: measures the answer's timing and the time limit.
    public init(
        retriever: any PassageRetriever, generator: (any TextGenerator)?, limits: Limits = Limits(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.retriever = retriever
        self.generator = generator
        self.limits = limits
        self.clock = clock
    }

    /// Answers one question.
    ///
    /// - Parameters:
    ///   - urgency: how soon the model takes it up among others; without effect on the answer.
    ///   - onProgress: called in order, each call awaited before the next.
    /// - Throws: what the retriever throws, and `CancellationError`; a failing model is no error.
    public func answer(
        _ question: Question, urgency: Urgency = .incident,
        onProgress: @escaping @Sendable (AnswerProgress) async -> Void = { _ in }
    ) async throws -> Answer {
        let stopwatch = Stopwatch(clock)
        let (library, retrieval) = try await offSharedPool { try retrieve(question) }
        var frame = Verification.Frame(
            question: question, library: library, model: nil,
            timing: Timing(retrieve: stopwatch.milliseconds(), firstToken: nil, total: 0))
        switch retrieval {
        case .ambiguous(let candidates):
            frame.timing.total = stopwatch.milliseconds()
            return Verification.ambiguous(candidates, frame)
        case .nothing(let suggestions):
            let withheld = try retriever.withheld(question)
            frame.timing.total = stopwatch.milliseconds()
            guard withheld.isEmpty else { return Verification.withheld(withheld, frame) }
            return Verification.notInManuals(suggestions.map { Suggestion($0.passage) }, frame)
        case .found(let found):
            do throws(ExtractReason) {
                guard let generator else { throw .noModel }
                frame.model = generator.model
                let passages = PassageSelection.forPrompt(found, question)
                let records = PassageSelection.records(found, question)
                return try await generate(passages, records, generator, urgency, &frame, stopwatch, onProgress)
            } catch {
                try Task.checkCancellation()
                let passages = PassageSelection.forExtract(found, question)
                let procedures = PassageSelection.procedures(
                    ofExtract: passages, records: PassageSelection.records(found, question))
                return await extract(passages, procedures, because: error, frame, stopwatch, onProgress)
            }
        }
    }

    /// - Returns: what was found, with the number of the library that it is from: another may be switched in meanwhile.
    private func retrieve(_ question: Question) throws -> (library: Int, Retrieval) {
        while true {
            let library = retriever.libraryNumber
            let retrieval = try retriever.retrieve(question)
            if retriever.libraryNumber == library { return (library, retrieval) }
        }
    }

    private func extract(
        _ passages: [Passage], _ procedures: [Passage], because reason: ExtractReason, _ frame: Verification.Frame,
        _ stopwatch: Stopwatch, _ onProgress: @escaping @Sendable (AnswerProgress) async -> Void
    ) async -> Answer {
        let offered = passages.enumerated().map { OfferedPassage(index: $0.offset, passage: $0.element) }
        var verification = Verification(question: frame.question, offered: offered, records: procedures)
        await onProgress(.extract(reason))
        await onProgress(.retrieved(verification.passages))
        verification.finishSteps()
        for shown in verification.takeShowable() { await onProgress(.step(shown.step, of: shown.procedure)) }
        var frame = frame
        frame.timing.total = stopwatch.milliseconds()
        return verification.answer(.extract, frame)
    }

    private func generate(
        _ passages: [Passage], _ records: [Passage], _ generator: any TextGenerator, _ urgency: Urgency,
        _ frame: inout Verification.Frame, _ stopwatch: Stopwatch,
        _ onProgress: @escaping @Sendable (AnswerProgress) async -> Void
    ) async throws(ExtractReason) -> Answer {
        let answerTokens = min(limits.answerTokens, generator.model.contextTokens / 3)
        let prompt: Prompt
        let offered: [OfferedPassage]
        do {
            (prompt, offered) = try PromptBuilder.build(
                frame.question, passages: passages, budgetTokens: generator.model.contextTokens - answerTokens,
                tokenCount: generator.tokenCount)
        } catch {
            switch error {
            case .contextTooSmall(let tokens, let budget):
                throw .contextTooSmall(promptTokens: tokens, budgetTokens: budget)
            }
        }
        let verification = Verification(question: frame.question, offered: offered, records: records)
        await onProgress(.retrieved(verification.passages))
        let request = GenerationRequest(
            prompt: prompt, schema: DraftSchema.json(ids: offered.map(\.id)), maxTokens: answerTokens,
            urgency: urgency)
        let reader = DraftReader(verification, stopwatch, onProgress)
        var draft = await reader.read(generator.generate(request), timeLimit: limits.generation, clock)
        draft.verification.finishSteps()
        frame.droppedSteps = draft.verification.droppedSteps
        if let failure = draft.failure { throw failure }
        if draft.verification.isEmpty { throw .nothingVerified(droppedSteps: frame.droppedSteps) }
        if draft.verification.hasUnmendedHole { throw .incomplete(droppedSteps: frame.droppedSteps) }
        for shown in draft.verification.takeShowable() { await onProgress(.step(shown.step, of: shown.procedure)) }
        frame.timing.firstToken = draft.firstTokenMs
        frame.timing.total = stopwatch.milliseconds()
        return draft.verification.answer(.answered, escalation: draft.escalation, frame)
    }
}

extension AnswerProgress {
    static func retrieved(_ offered: [OfferedPassage]) -> AnswerProgress {
        .retrieved(
            title: offered.first?.passage.title, citations: Verification.citations(of: offered),
            safety: Verification.safety(of: offered))
    }
}
