import Domain

/// What a person can be shown while an answer is being made. The answer itself, once returned, is what counts.
public enum AnswerProgress: Sendable, Hashable {
    /// Passages were found; which of them the answer cites is not known yet.
    case retrieved(title: String?, citations: [Citation], safety: [CitedSafetyBlock])
    /// A verified step, in the order of the answer: all steps of its first procedure, then those of the next. What was
    /// shown stays as it is.
    case step(Step, of: ProcedureHead)
    /// For logs: a step of the draft was dropped.
    case dropped(StepRejection)
    /// The answer is an `extract`: steps shown so far are void, the manual's own follow.
    case extract(ExtractReason)
}

/// Why an answer shows the manual's own steps instead of the model's.
public enum ExtractReason: Error, Sendable, Hashable, CustomStringConvertible {
    case noModel
    case contextTooSmall(promptTokens: Int, budgetTokens: Int)
    /// The engine failed: device lost, out of memory.
    case generatorFailed(String)
    case timeLimit(Duration)
    /// The output does not have the schema's form, or is cut off.
    case invalidDraft(DraftError)
    case nothingVerified(droppedSteps: Int)
    /// A step in another language than its passage was dropped, so it cannot be told which remedy is missing.
    case incomplete(droppedSteps: Int)

    public var description: String {
        switch self {
        case .noModel: "no model is loaded"
        case .contextTooSmall(let prompt, let budget):
            "the shortest prompt takes \(prompt) tokens, the model's context leaves \(budget)"
        case .generatorFailed(let detail): "the model failed: \(detail)"
        case .timeLimit(let limit): "the model took longer than \(limit)"
        case .invalidDraft(let error): error.description
        case .nothingVerified(let dropped): "no step of the draft passed verification, \(dropped) were dropped"
        case .incomplete(let dropped): "\(dropped) steps in another language than the manual's were dropped"
        }
    }
}
