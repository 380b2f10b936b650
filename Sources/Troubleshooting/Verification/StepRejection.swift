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
    /// This word has letters of several scripts: one of them poses as another.
    case mixedScripts(String)
    /// These numbers, parts and codes do not stand so, in this order, in the sentence that the step repeats.
    case changedFacts([String])
    /// This word stands nowhere in the passage.
    case foreignWord(String)
    /// Its words are the passage's, but no sentence of the passage has them so; this one is the first that differs from
    /// the sentence nearest to it. Empty where that sentence goes on.
    case changedWords(at: String)
    /// Its sentences stand in the passage, but not one after the other.
    case stitched
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
        case .mixedScripts(let word): "mixes scripts in \"\(word)\""
        case .changedFacts(let facts): "changes facts: \(facts.joined(separator: ", "))"
        case .foreignWord(let word): "\"\(word)\" stands nowhere in the passage"
        case .changedWords(at: ""): "leaves out the end of the passage's sentence"
        case .changedWords(let word): "differs from the passage's sentence at \"\(word)\""
        case .stitched: "joins sentences that do not stand together in the passage"
        case .echoedMessage: "repeats the machine's message"
        }
    }
}
