/// The steps of one record of a manual, in its order, complete.
public struct Procedure: Codable, Sendable, Hashable {
    /// What the record names as the cause, verbatim; nil where it names none.
    public let cause: String?
    /// Id of the record's ``Citation``; nil where it cannot be told, in answers of schema 1.
    public let cite: String?
    /// Numbered from 1 within the procedure; empty where the record only says when to call for help.
    public internal(set) var steps: [Step]
    /// When to call for help.
    public let escalation: String?

    @_spi(Verification)
    public init(cause: String?, cite: String?, steps: [Step], escalation: String?) {
        self.cause = cause
        self.cite = cite
        self.steps = steps
        self.escalation = escalation
    }

    /// - Parameters:
    ///   - index: among the procedures of the answer, from 0.
    ///   - count: of these.
    public func head(_ index: Int, of count: Int) -> ProcedureHead {
        ProcedureHead(number: index + 1, count: count, cause: cause, cite: cite)
    }
}

/// A verified action for the operator.
public struct Step: Codable, Sendable, Hashable {
    /// From 1, without gaps.
    public let n: Int
    public let action: String
    /// Ids of ``Citation``s.
    public let cite: [String]

    @_spi(Verification)
    public init(n: Int, action: String, cite: [String]) {
        self.n = n
        self.action = action
        self.cite = cite
    }
}

/// Which procedure of an answer a step belongs to, while the answer is made.
public struct ProcedureHead: Codable, Sendable, Hashable {
    /// From 1, in the order of the answer. Steps come procedure by procedure, never mixed.
    public let number: Int
    /// Procedures that the answer has as far as is known; more may follow.
    public let count: Int
    public let cause: String?
    public let cite: String?

    public init(number: Int, count: Int, cause: String?, cite: String?) {
        self.number = number
        self.count = count
        self.cause = cause
        self.cite = cite
    }
}
