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

    /// The records of the code that was asked for, each with its procedure in the answer, whether the prompt has room
    /// for it or not: another record is another cause. Those in the reader's language, if any of them says what to do.
    ///
    /// - Returns: nothing when no record says what to do, or none was asked for by its code.
    static func records(_ found: [RetrievedPassage], _ question: Question) -> [Passage] {
        let records = found.filter { isByCode($0) && !$0.isMention }.map(\.passage)
        let readable = records.filter { $0.manual.language == question.language }
        return [readable, records].first { $0.contains { !$0.remedies.isEmpty } } ?? []
    }

    /// The passages that an extract is made of: all that name the code, or the best one for a symptom with what else is
    /// about its code, since the others may be about something else.
    static func forExtract(_ found: [RetrievedPassage], _ question: Question) -> [Passage] {
        let passages = forPrompt(found, question)
        if found.contains(where: isByCode) {
            return passages + records(found, question).filter { !passages.contains($0) }
        }
        guard let best = passages.first else { return [] }
        return passages.filter { $0 == best || best.sharesCode(with: $0) && !$0.remedies.isEmpty }
    }

    /// Those of an extract's passages that give it a procedure: the records, else what names the code and says what to
    /// do, else what stands first.
    static func procedures(ofExtract passages: [Passage], records: [Passage]) -> [Passage] {
        if !records.isEmpty { return records }
        let telling = passages.filter { !$0.remedies.isEmpty }
        return telling.isEmpty ? Array(passages.prefix(1)) : telling
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
