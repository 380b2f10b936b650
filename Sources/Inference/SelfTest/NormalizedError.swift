/// Normalised mean squared error: `Σ (a - b)² / Σ b²`; infinite for another count of values, NaN if one of them is.
func nmse(_ values: [Float], _ expected: [Float]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let (error, power) = zip(values, expected).reduce((0.0, 0.0)) { sums, pair in
        let difference = Double(pair.0) - Double(pair.1)
        return (sums.0 + difference * difference, sums.1 + Double(pair.1) * Double(pair.1))
    }
    return error / max(power, .leastNormalMagnitude)
}
