/// The text in which a person edits an answer's steps: one step a line, and with several procedures each one's steps
/// below a heading that begins with `#` and its citation.
///
/// ```
/// # p1: Fuse F3 blown
/// Switch off Q1.
/// Replace fuse F3.
/// # p2: Guard switch dirty
/// Switch off Q1.
/// ```
public enum EditedProcedures {
    /// What is wrong with such a text.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// From 1; nil for the text as a whole.
        public let line: Int?
        public let expected: String

        public var description: String { (line.map { "line \($0): " } ?? "") + "expected \(expected)" }
    }

    /// The steps of an answer as a person edits them.
    public static func text(of answer: Answer) -> String {
        answer.procedures.enumerated().map { index, procedure in
            let actions = procedure.steps.map { $0.action.replacing("\n", with: " ") + "\n" }.joined()
            guard answer.procedures.count > 1 else { return actions }
            let cause = procedure.cause.map { ": " + $0.replacing("\n", with: " ") } ?? ""
            return "# \(name(of: procedure, at: index))\(cause)\n" + actions
        }.joined()
    }

    /// - Returns: the actions of each procedure of the answer, in its order.
    /// - Throws: ``Problem`` when a procedure is missing, stands twice, is not the answer's or has lost all its steps.
    public static func actions(in text: String, of answer: Answer) throws(Problem) -> [[String]] {
        let names = answer.procedures.enumerated().map { name(of: $1, at: $0) }
        let isSole = names.count == 1
        var actions: [Int: [String]] = isSole ? [0: []] : [:]
        var current: Int? = isSole ? 0 : nil
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated().map({ ($0 + 1, $1) }) where !line.allSatisfy(\.isWhitespace) {
            if let heading = heading(in: line), !isSole || names == [heading] {
                guard let index = names.firstIndex(of: heading) else {
                    throw Problem(line: number, expected: "one of the answer's procedures, \(list(names))")
                }
                guard isSole || actions[index] == nil else {
                    throw Problem(line: number, expected: "procedure \(heading) once")
                }
                current = index
                actions[index, default: []] += []
            } else if let current {
                actions[current, default: []].append(String(line))
            } else {
                throw Problem(line: number, expected: "a heading before the first step: \(list(names))")
            }
        }
        let edited = names.indices.map { actions[$0] }
        for (index, steps) in edited.enumerated() {
            guard let steps else { throw Problem(line: nil, expected: "procedure \(names[index]) too") }
            guard !steps.isEmpty || answer.procedures[index].steps.isEmpty else {
                throw Problem(line: nil, expected: "a step of procedure \(names[index])")
            }
        }
        return edited.map { $0 ?? [] }
    }

    private static func name(of procedure: Procedure, at index: Int) -> String { procedure.cite ?? "\(index + 1)" }

    private static func list(_ names: [String]) -> String { names.map { "# \($0)" }.joined(separator: ", ") }

    /// The name in `# p1` and `# p1: …`; nil for a line that is a step, as `#2 pump: check` is.
    private static func heading(in line: Substring) -> String? {
        let trimmed = line.drop(while: \.isWhitespace)
        guard trimmed.first == "#" else { return nil }
        let body = trimmed.dropFirst().drop(while: \.isWhitespace)
        let name = body.prefix { $0.isLetter || $0.isNumber }
        let rest = body.dropFirst(name.count).drop(while: \.isWhitespace)
        guard name.drop(while: { $0 == "p" }).allSatisfy(\.isNumber), name.contains(where: \.isNumber),
            rest.isEmpty || rest.first == ":" || rest.first == "："
        else { return nil }
        return String(name)
    }
}
