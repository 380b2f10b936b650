/// Follows how much of one passage's remedies the steps have said.
///
/// A step that is missing makes a procedure dangerous ("switch off, wait 10 minutes" before "open the cover"), so a
/// remedy that the model lost comes back word for word at its place in the manual's order.
struct Procedure {
    private struct Remedy {
        let text: String
        let statement: Statement
        var said: Set<String> = []
        var isDone = false
    }

    private var remedies: [Remedy]

    /// Share of a remedy's words that steps must have said.
    private static let doneShare = 0.8

    init(remedies: [String]) {
        self.remedies = remedies.map { Remedy(text: $0, statement: Procedure.read($0)) }
    }

    /// Takes a verified step into account.
    /// - Returns: the remedies before the one that this step repeats which nobody has said yet; they belong before it.
    mutating func lost(before step: String) -> [String] {
        let claim = Procedure.read(step)
        let common = remedies.map { claim.tokens.commonSubsequenceCount($0.statement.tokens) }
        guard let most = common.max(), most > 0, let own = common.firstIndex(of: most) else { return [] }
        for index in remedies.indices where index == own || isSaid(remedies[index].statement, common: common[index]) {
            remedies[index].said.formUnion(claim.tokens)
            remedies[index].isDone = remedies[index].isDone || isSaid(remedies[index])
        }
        return takeUndone(before: own)
    }

    /// - Returns: the remedies that no step has said.
    mutating func lostAtEnd() -> [String] { takeUndone(before: remedies.count) }

    private mutating func takeUndone(before end: Int) -> [String] {
        var taken: [String] = []
        for index in 0..<end where !remedies[index].isDone {
            remedies[index].isDone = true
            taken.append(remedies[index].text)
        }
        return taken
    }

    private func isSaid(_ statement: Statement, common: Int) -> Bool {
        Double(common) >= Procedure.doneShare * Double(statement.tokens.count)
    }

    private func isSaid(_ remedy: Remedy) -> Bool {
        let words = Set(remedy.statement.tokens)
        let facts = Set(remedy.statement.facts.map(\.description))
        return facts.isSubset(of: remedy.said)
            && Double(words.intersection(remedy.said).count) >= Procedure.doneShare * Double(words.count)
    }

    private static func read(_ text: String) -> Statement {
        Statement.read(text).reduce(Statement(sentence: [])) { Statement($0, $1) }
    }
}
