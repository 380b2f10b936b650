/// Why a step of a draft was dropped, for the log. Holds the smallest part of the step that tells.
public enum StepRejection: Sendable, Hashable, CustomStringConvertible {
    case nothingSaid
    case invisibleCharacters
    case signalWord
    /// Says nothing that is left to do in the record that it cites.
    case duplicate
    /// Cites only text beside the records that say what to do.
    case noRecord
    /// Cites no passage of the prompt.
    case foreignCite
    /// Holds a mark, such as of HTML, that the passage does not have.
    case foreignMark(String)
    /// These numbers, parts and codes do not stand so, in this order, in the sentence that the step repeats.
    case changedFacts([String])
    /// Too few of its words are the passage's, in the passage's order; from 0 to 1.
    case foreignWords(share: Double)
    /// This word stands nowhere in the passage.
    case foreignWord(String)
    /// Its first word, the action, is not the passage's.
    case changedAction(String)
    /// Its sentences stand in the passage, but not one after the other.
    case stitched
    /// A negation, prohibition or condition was lost or added.
    case changedReservation
    /// A word that says what is done or which way is not the passage's.
    case changedDirection
    /// In another language than the passage, it repeats the machine's message.
    case echoedMessage

    public var description: String {
        switch self {
        case .nothingSaid: "says nothing"
        case .invisibleCharacters: "holds invisible characters"
        case .signalWord: "starts with a signal word"
        case .duplicate: "repeats a step"
        case .noRecord: "cites no record that says what to do"
        case .foreignCite: "cites no passage of the prompt"
        case .foreignMark(let mark): "holds \(mark), which the passage does not"
        case .changedFacts(let facts): "changes facts: \(facts.joined(separator: ", "))"
        case .foreignWords(let share): "only \(Int(share * 100)) % of its words are the passage's"
        case .foreignWord(let word): "\"\(word)\" stands nowhere in the passage"
        case .changedAction(let word): "its action \"\(word)\" is not the passage's"
        case .stitched: "joins sentences that do not stand together in the passage"
        case .changedReservation: "loses or adds a negation or condition"
        case .changedDirection: "changes what is done or which way"
        case .echoedMessage: "repeats the machine's message"
        }
    }
}
