import Domain

/// Chooses the passages that a prompt or an extract uses.
enum PassageSelection {
    static let limit = 4

    /// At most four for the prompt, best first.
    ///
    /// Where the code itself was found, only passages that name it are used: the neighbour of a fault code may treat a
    /// different hazard. Of those, only the ones in the reader's language, if there are any: a step can be checked word
    /// for word only against its own language.
    static func forPrompt(_ found: [RetrievedPassage], _ question: Question) -> [Passage] {
        guard found.contains(where: isByCode) else { return found.prefix(limit).map(\.passage) }
        let naming = found.filter { isByCode($0) || names(question.code, in: $0.passage) }.map(\.passage)
        let readable = naming.filter { $0.manual.language == question.language }
        return Array((readable.isEmpty ? naming : readable).prefix(limit))
    }

    /// The passages whose remedies are shown as they are: all that name the code, or the best one for a symptom, since
    /// the others may be about something else.
    static func forExtract(_ found: [RetrievedPassage], _ question: Question) -> [Passage] {
        let passages = forPrompt(found, question)
        return found.contains(where: isByCode) ? passages : Array(passages.prefix(1))
    }

    private static func isByCode(_ found: RetrievedPassage) -> Bool {
        found.match == .code || found.match == .codeVariant
    }

    private static func names(_ code: FaultCode?, in passage: Passage) -> Bool {
        guard let code else { return false }
        if passage.codes.contains(code) { return true }
        return Statement.read(passage.text).contains { statement in
            statement.facts.contains { FaultCode.normalize($0.text) == code.normalized }
        }
    }
}
