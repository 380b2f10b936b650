import Domain
import Troubleshooting

/// What the demonstration tells whoever watches it.
public enum DemonstrationReport: Sendable {
    /// Set-up work, for people.
    case preparing(String)
    /// Everything runs; `model` says what writes the answers and on which device, or why nothing does.
    case ready(model: String)
    case playing(number: Int, count: Int, Scene)
    case progress(AnswerProgress, Language)
    case answered(Outcome, Language)
    /// A repeated event was folded into its incident; no second answer is made.
    case folded(Incident)
    /// A payload that cannot be read is kept, counted and shown.
    case unparseable(reason: String)
    case finished(Summary)

    /// How one scene of the demonstration ended.
    public struct Outcome: Sendable {
        public let answer: Answer
        /// From the moment the event left the machine to the first verified step, in milliseconds.
        public let firstStepMs: Double?
        /// From the same moment to the whole answer.
        public let totalMs: Double
        /// The second client received the answer's very bytes on this topic.
        public let topic: String
    }

    public struct Summary: Sendable {
        public let events: Int
        public let unparseable: Int
        public let incidents: Int
        public let answersByStatus: [Answer.Status: Int]
        /// Answers that a second client received.
        public let received: Int
        /// Slowest over all scenes, in milliseconds.
        public let slowestFirstStepMs: Double?
        public let slowestAnswerMs: Double
        /// Where everything was kept, when it is.
        public let keptAt: String?
    }
}

/// The demonstration did not go as it must.
public struct DemonstrationError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
