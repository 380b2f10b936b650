/// A share of successes with its 95 % interval.
public struct Proportion: Codable, Sendable, Hashable {
    public let successes: Int
    public let trials: Int

    public init(_ successes: Int, of trials: Int) {
        self.successes = successes
        self.trials = trials
    }

    /// 0…1; nil without trials.
    public var value: Double? { trials > 0 ? Double(successes) / Double(trials) : nil }

    /// Wilson's score interval (E. B. Wilson, JASA 22, 1927) at 95 %: unlike the normal one it stays within 0…1 and
    /// tells something for 20 of 20.
    public var interval: ClosedRange<Double>? {
        guard let value else { return nil }
        let z = 1.959964
        let n = Double(trials)
        let centre = value + z * z / (2 * n)
        let spread = z * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return max(0, (centre - spread) / scale)...min(1, (centre + spread) / scale)
    }

    enum CodingKeys: String, CodingKey { case successes, trials, value, low, high }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        successes = try container.decode(Int.self, forKey: .successes)
        trials = try container.decode(Int.self, forKey: .trials)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(successes, forKey: .successes)
        try container.encode(trials, forKey: .trials)
        try container.encode(value, forKey: .value)
        try container.encode(interval?.lowerBound, forKey: .low)
        try container.encode(interval?.upperBound, forKey: .high)
    }
}
