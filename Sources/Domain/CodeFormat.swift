/// Writes the number of a fault register or payload as the manual writes the code: `F%03d` makes 5 into `F005`.
///
/// Only one placeholder, `%d`, `%x` or `%X` with an optional zero-padded width up to 9, and literal text around it: a
/// profile must not reach `printf`.
public struct CodeFormat: Sendable, Hashable, CustomStringConvertible {
    private let prefix: String
    private let suffix: String
    private let width: Int
    private let radix: Int
    private let uppercase: Bool
    public let description: String

    /// The number as it is, in decimal.
    public static let plain = CodeFormat(
        prefix: "", suffix: "", width: 0, radix: 10, uppercase: false, description: "%d")

    private init(prefix: String, suffix: String, width: Int, radix: Int, uppercase: Bool, description: String) {
        self.prefix = prefix
        self.suffix = suffix
        self.width = width
        self.radix = radix
        self.uppercase = uppercase
        self.description = description
    }

    /// - Returns: nil when `text` has not exactly one placeholder.
    public init?(_ text: String) {
        let parts = text.split(separator: "%", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 2, text.count <= 32 else { return nil }
        var rest = parts[1]
        var width = 0
        if rest.first == "0" {
            guard let digit = rest.dropFirst().first?.wholeNumberValue, (1...9).contains(digit) else { return nil }
            width = digit
            rest = rest.dropFirst(2)
        }
        guard let conversion = rest.first, ["d", "x", "X"].contains(conversion) else { return nil }
        self.init(
            prefix: String(parts[0]), suffix: String(rest.dropFirst()), width: width,
            radix: conversion == "d" ? 10 : 16,
            uppercase: conversion == "X", description: text)
    }

    /// Whether the manual's numbers are hexadecimal.
    public var isHexadecimal: Bool { radix == 16 }

    public func code(_ number: UInt64) -> String {
        let digits = String(number, radix: radix, uppercase: uppercase)
        return prefix + String(repeating: "0", count: max(0, width - digits.count)) + digits + suffix
    }
}
