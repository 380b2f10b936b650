/// Follows how much of one passage's remedies the steps have said.
///
/// A step that is missing makes a procedure dangerous ("switch off, wait 10 minutes" before "open the cover"), so a
/// remedy that the model lost comes back word for word at its place in the manual's order.
struct Procedure {
    private struct Remedy {
        let text: String
        let statement: Statement
        var isDone = false
    }

    private var remedies: [Remedy]

    /// Share of a remedy's words that a step must say, beside all its facts and directions.
    private static let doneShare = 0.8

    init(remedies: [String]) {
        self.remedies = remedies.map { Remedy(text: $0, statement: Procedure.read($0)) }
    }

    /// What a verified step turns out to be, held against the remedies.
    struct Placed {
        /// The remedies before the step's own which nobody has said yet; they belong before it.
        var lost: [String] = []
        /// The step's own remedy when the step says only part of it: "turn screw S1" lacks "clockwise".
        var whole: String?
        /// The step's own remedy was said before.
        var isRepetition = false
    }

    /// Takes a verified step into account.
    mutating func place(_ step: String) -> Placed {
        let claim = Procedure.read(step)
        let common = remedies.map { claim.tokens.commonSubsequenceCount($0.statement.tokens) }
        guard let most = common.max(), most > 0 else { return Placed() }
        let best = common.indices.filter { common[$0] == most }
        guard let own = best.first(where: { !remedies[$0].isDone }) else { return Placed(isRepetition: true) }
        for index in remedies.indices
        where !remedies[index].isDone && isSaid(remedies[index].statement, by: claim, common: common[index]) {
            remedies[index].isDone = true
        }
        let whole = remedies[own].isDone ? nil : remedies[own].text
        remedies[own].isDone = true
        return Placed(lost: takeUndone(before: own), whole: whole)
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

    private func isSaid(_ remedy: Statement, by claim: Statement, common: Int) -> Bool {
        remedy.facts.isSubsequence(of: claim.facts) && remedy.directions.isSubsequence(of: claim.directions)
            && Double(common) >= Procedure.doneShare * Double(remedy.tokens.count)
    }

    private static func read(_ text: String) -> Statement {
        Statement.read(text).reduce(Statement(sentence: [])) { Statement($0, $1) }
    }
}
