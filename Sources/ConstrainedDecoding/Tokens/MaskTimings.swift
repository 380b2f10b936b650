import Glibc

/// How long masks take, measured on this machine.
///
/// In processor time of the calling thread, so that other programs on the machine do not count.
public struct MaskTimings: Sendable {
    /// Masks measured.
    public let count: Int
    public let averageUs: Double
    public let medianUs: Double
    public let p99Us: Double
    public let maximumUs: Double

    /// - Parameter timesUs: of each mask, in microseconds.
    public init(timesUs: [Double]) {
        let times = timesUs.sorted()
        count = times.count
        averageUs = times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
        medianUs = times.isEmpty ? 0 : times[times.count / 2]
        p99Us = times.isEmpty ? 0 : times[times.count * 99 / 100]
        maximumUs = times.last ?? 0
    }

    /// Follows documents token by token and times the mask before each token.
    ///
    /// - Parameters:
    ///   - constraint: At the start of a document.
    ///   - documents: The tokens of whole documents of its grammar; none empty.
    /// - Throws: ``ConstraintError/Code/notAllowed`` when a document does not fit the grammar.
    public init(constraint: TokenConstraint, documents: [[Int32]]) throws(ConstraintError) {
        var times: [Double] = []
        var words: [UInt32] = []
        for document in documents {
            var constraint = constraint
            for token in document {
                times.append(constraint.timedMask(into: &words))
                try constraint.advance(token)
            }
        }
        self.init(timesUs: times)
    }

    /// Writes documents of allowed tokens drawn at random and gives the microseconds of the mask before each token.
    ///
    /// One token in four is one that helps to end the document, or it would stay inside its first string.
    ///
    /// - Parameters:
    ///   - constraint: At the start of a document.
    ///   - count: Documents to write.
    ///   - maximumTokens: Tokens after which a document is left as it is.
    /// - Throws: ``ConstraintError`` when a mask allows what cannot follow.
    public static func timesUs(
        drawing count: Int, from constraint: TokenConstraint, maximumTokens: Int,
        using random: inout some RandomNumberGenerator
    ) throws(ConstraintError) -> [Double] {
        var times: [Double] = []
        var words: [UInt32] = []
        for _ in 0..<count {
            var constraint = constraint
            for _ in 0..<maximumTokens where !constraint.isComplete {
                times.append(constraint.timedMask(into: &words))
                let isClosing = Int.random(in: 0..<4, using: &random) == 0
                guard let token = isClosing ? constraint.closingToken : words.randomToken(using: &random) else { break }
                try constraint.advance(token)
            }
        }
        return times
    }
}

extension TokenConstraint {
    /// Writes the mask and gives the microseconds that it took.
    fileprivate func timedMask(into words: inout [UInt32]) -> Double {
        let start = Self.threadTimeNs
        mask(into: &words)
        return Double(Self.threadTimeNs - start) / 1000
    }

    private static var threadTimeNs: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// The longest token with which the shortest end of the document begins, nil when the document may end.
    fileprivate var closingToken: Int32? {
        let closing = closingBytes()
        return (1...TokenTable.maximumTokenBytes).prefix(closing.count).reversed().lazy
            .compactMap { tokens.token(of: closing.prefix($0)) }.first
    }
}

extension [UInt32] {
    /// One of a mask's tokens, nil when it has none.
    fileprivate func randomToken(using random: inout some RandomNumberGenerator) -> Int32? {
        let allowed = reduce(0) { $0 + $1.nonzeroBitCount }
        guard allowed > 0 else { return nil }
        var left = Int.random(in: 0..<allowed, using: &random)
        for (index, word) in enumerated() {
            guard left >= word.nonzeroBitCount else {
                var rest = word
                for _ in 0..<left { rest &= rest - 1 }
                return Int32(index * 32 + rest.trailingZeroBitCount)
            }
            left -= word.nonzeroBitCount
        }
        return nil
    }
}
