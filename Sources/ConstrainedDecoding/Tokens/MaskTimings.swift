/// How long masks take, measured on this machine.
public struct MaskTimings: Sendable {
    /// Masks measured.
    public let count: Int
    public let averageUs: Double
    public let medianUs: Double
    public let p99Us: Double
    public let maximumUs: Double

    /// Follows documents token by token and times the mask before each token.
    ///
    /// - Parameters:
    ///   - constraint: At the start of a document.
    ///   - documents: The tokens of whole documents of its grammar; none empty.
    /// - Throws: ``ConstraintError/Code/notAllowed`` when a document does not fit the grammar.
    public init(constraint: TokenConstraint, documents: [[Int32]]) throws(ConstraintError) {
        var times: [Double] = []
        var words: [UInt32] = []
        let clock = ContinuousClock()
        for document in documents {
            var constraint = constraint
            for token in document {
                let time = clock.measure { constraint.mask(into: &words) }
                times.append(time / .microseconds(1))
                try constraint.advance(token)
            }
        }
        times.sort()
        count = times.count
        averageUs = times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
        medianUs = times.isEmpty ? 0 : times[times.count / 2]
        p99Us = times.isEmpty ? 0 : times[times.count * 99 / 100]
        maximumUs = times.last ?? 0
    }
}
