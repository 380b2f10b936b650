/// Which digits can still lead to an integer of a range.
enum IntegerRange {
    /// Whether `prefix`, with none or more digits after it, can be a number of `range`.
    ///
    /// Both are positive and at most ``SchemaLimits/integer``, which keeps every product below within 64 bits.
    static func canReach(_ range: ClosedRange<Int>, from prefix: Int) -> Bool {
        var low = prefix
        var high = prefix
        while low <= range.upperBound {
            if high >= range.lowerBound { return true }
            low *= 10
            high = high * 10 + 9
        }
        return false
    }

    /// The magnitudes of the negative integers of `range`, nil when it has none.
    static func negativeMagnitudes(_ range: ClosedRange<Int>) -> ClosedRange<Int>? {
        guard range.lowerBound < 0 else { return nil }
        return max(1, -range.upperBound)...(-range.lowerBound)
    }

    /// The integers of `range` above zero, nil when it has none.
    static func positiveMagnitudes(_ range: ClosedRange<Int>) -> ClosedRange<Int>? {
        guard range.upperBound > 0 else { return nil }
        return max(1, range.lowerBound)...range.upperBound
    }
}
