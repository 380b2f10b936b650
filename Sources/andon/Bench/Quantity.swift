import Foundation

/// Measured numbers as people read them.
enum Quantity {
    /// Three digits that count, or all before the point.
    static func text(_ value: Double) -> String {
        let digits = value == 0 ? 0 : value < 0.1 ? 4 : value < 10 ? 2 : value < 100 ? 1 : 0
        return String(format: "%.\(digits)f", value)
    }

    static func bytes(_ count: Double) -> String {
        let units: [(String, Double)] = [("GB", 1e9), ("MB", 1e6), ("KB", 1e3)]
        let (name, size) = units.first { count >= $0.1 } ?? ("bytes", 1)
        return "\(text(count / size)) \(name)"
    }

    static func percent(_ fraction: Double) -> String { "\(text(fraction * 100)) %" }
}
