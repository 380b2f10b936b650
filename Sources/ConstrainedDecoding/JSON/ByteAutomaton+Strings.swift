extension ByteAutomaton {
    /// Every JSON string with its quotes, its characters spelled in any way that RFC 8259 has.
    static let anyString = strings(isPlain: false)
    /// The JSON strings without escapes.
    static let plainString = strings(isPlain: true)

    /// The state behind the opening quote of ``anyString`` and ``plainString``.
    static let insideString: State = 1

    private static func strings(isPlain: Bool) -> ByteAutomaton {
        // The states are those of StringAutomaton, with one before them and the closed one after them.
        let closed = State(StringAutomaton.stateCount) + 1
        let columns = (UInt8.min ... .max).map { byte in
            (0..<StringAutomaton.stateCount).map { state in
                let next = StringAutomaton.next(StringAutomaton.State(state), byte, isPlain: isPlain)
                switch next {
                case StringAutomaton.rejected: return dead
                case StringAutomaton.closed: return closed
                default: return insideString + State(next)
                }
            }
        }
        var classNumbers: [[State]: UInt8] = [:]
        var distinct: [[State]] = []
        var classes: [UInt8] = []
        for column in columns {
            if classNumbers[column] == nil {
                classNumbers[column] = UInt8(distinct.count)
                distinct.append(column)
            }
            classes.append(classNumbers[column] ?? 0)
        }
        var draft = Draft(classes: classes, isQuoted: true)
        let quote = Int(classes[Int(StringAutomaton.quote)])
        draft.add(
            row: distinct.indices.map { $0 == quote ? insideString : dead }, accepts: false, isBoundary: false)
        for state in 0..<StringAutomaton.stateCount {
            draft.add(
                row: distinct.map { $0[state] }, accepts: false, isBoundary: state == Int(StringAutomaton.body))
        }
        draft.add(row: distinct.map { _ in dead }, accepts: true, isBoundary: false)
        guard let automaton = ByteAutomaton(draft) else { preconditionFailure("some JSON string exists") }
        return automaton
    }
}
