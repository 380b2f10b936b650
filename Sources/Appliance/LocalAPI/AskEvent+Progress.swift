import APIClient
import Troubleshooting

extension AskEvent {
    /// - Returns: nil for what only logs show.
    public init?(_ progress: AnswerProgress) {
        switch progress {
        case .retrieved(_, _, let safety): self = .safety(safety)
        case .step(let step, of: let procedure): self = .step(step, of: procedure)
        case .extract(let reason): self = .restarted("\(reason)")
        case .dropped: return nil
        }
    }
}
