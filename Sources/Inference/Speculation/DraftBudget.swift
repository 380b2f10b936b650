/// Decides how many drafted tokens a step checks: more cost time, and pay only as far as they are right.
///
/// What it decides never changes a text, only how soon it comes.
struct DraftBudget {
    /// Milliseconds of a step, by the power of two that its columns are rounded up to; nil before the first.
    private var costs: [Double?]
    /// Which of them were run before: a first run compiles shaders, which says nothing about the next.
    private var hasRun: [Bool]
    /// A column's share of a step's time before anything is measured: little, since weights are read once for all.
    private static let assumedShare = 0.05
    /// How much a new measurement counts.
    private static let weight = 0.25
    /// How fast what is not measured again drifts back to what is assumed, so that it is tried again.
    private static let drift = 0.004

    private let maximumColumns: Int

    init(maximumColumns: Int) {
        self.maximumColumns = maximumColumns
        costs = [Double?](repeating: nil, count: Self.bucket(maximumColumns) + 1)
        hasRun = [Bool](repeating: false, count: costs.count)
    }

    /// Takes notice of how long a step took.
    mutating func measured(columns: Int, milliseconds: Double) {
        let measured = Self.bucket(columns)
        guard hasRun[measured] else {
            hasRun[measured] = true
            return
        }
        for bucket in costs.indices {
            guard let known = costs[bucket] else { continue }
            if bucket == measured {
                costs[bucket] = known + Self.weight * (milliseconds - known)
            } else if let single = costs[0] {
                costs[bucket] = known + Self.drift * (assumed(bucket, single: single) - known)
            }
        }
        if costs[measured] == nil { costs[measured] = milliseconds }
    }

    /// How many tokens of each draft to check.
    ///
    /// Greedily the likeliest ones: since no draft's gains rise, no other choice of as many tokens has more to expect.
    ///
    /// - Parameters:
    ///   - gains: of each text's draft, see ``Draft/gains``.
    ///   - columns: what the step takes besides.
    ///   - extent: whether only those that pay count.
    func shares(_ gains: [[Double]], columns: Int, extent: Speculation.Extent = .paying) -> [Int] {
        var shares = [Int](repeating: 0, count: gains.count)
        var expected = Double(gains.count)
        var best = (shares: shares, rate: expected / cost(columns: columns))
        for columns in columns + 1..<max(columns + 1, maximumColumns + 1) {
            let next = gains.indices.filter { shares[$0] < gains[$0].count }
                .max { gains[$0][shares[$0]] < gains[$1][shares[$1]] }
            guard let next else { break }
            expected += gains[next][shares[next]]
            shares[next] += 1
            let rate = expected / cost(columns: columns)
            if rate > best.rate || extent == .all { best = (shares, rate) }
        }
        return best.shares
    }

    private func cost(columns: Int) -> Double {
        let bucket = Self.bucket(columns)
        return costs[bucket] ?? assumed(bucket, single: costs[0] ?? 1)
    }

    private func assumed(_ bucket: Int, single: Double) -> Double {
        single * (1 + Self.assumedShare * Double((1 << bucket) - 1))
    }

    private static func bucket(_ columns: Int) -> Int {
        var bucket = 0
        while 1 << bucket < columns { bucket += 1 }
        return bucket
    }
}
