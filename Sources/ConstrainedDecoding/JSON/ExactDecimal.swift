/// The value of a JSON number without rounding.
struct ExactDecimal: Sendable, Hashable {
    let isNegative: Bool
    /// Most significant first, without zeros at either end; empty for zero.
    private let digits: [UInt8]
    /// The power of ten of the last digit.
    private let exponent: Int

    /// Powers of ten beyond this are taken for it; nothing here tells such numbers apart.
    private static let largestExponent = 1 << 40

    /// - Parameter text: a number by the syntax of RFC 8259.
    init(_ text: String) {
        var digits: [UInt8] = []
        var exponent = 0
        var isFraction = false
        let parts = text.utf8.split(omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
        for byte in parts[0] {
            switch byte {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "-"): break
            default:
                digits.append(byte - UInt8(ascii: "0"))
                if isFraction { exponent -= 1 }
            }
        }
        if parts.count > 1 {
            let power = String(decoding: parts[1], as: UTF8.self)
            let limit = Self.largestExponent
            exponent += Int(power).map { min(max($0, -limit), limit) } ?? (power.hasPrefix("-") ? -limit : limit)
        }
        let trailing = digits.reversed().prefix { $0 == 0 }.count
        digits.removeLast(trailing)
        digits.removeFirst(digits.prefix { $0 == 0 }.count)
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent + trailing
        isNegative = !digits.isEmpty && text.hasPrefix("-")
    }

    var isZero: Bool { digits.isEmpty }
    var isInteger: Bool { exponent >= 0 }

    /// The same text for equal numbers.
    var canonicalText: String {
        (isNegative ? "-" : "") + digits.map { String($0) }.joined() + (isZero ? "0" : "e\(exponent)")
    }

    enum Rounding { case up, down }

    /// The number in units of 10^-`decimals`, rounded to a whole number and held within ±`limit`.
    func units(decimals: Int, _ rounding: Rounding, limit: Int128) -> Int128 {
        let shift = exponent + decimals
        // Digits before the point; 30 of them are more than any limit here.
        guard digits.count + shift <= 30 else { return isNegative ? -limit : limit }
        var magnitude: Int128 = 0
        for digit in digits.prefix(max(0, digits.count + min(0, shift))) { magnitude = magnitude * 10 + Int128(digit) }
        if shift > 0 { for _ in 0..<shift { magnitude *= 10 } }
        let isRounded = shift < 0 && !isZero
        if isRounded && isNegative == (rounding == .down) { magnitude += 1 }
        return min(max(isNegative ? -magnitude : magnitude, -limit), limit)
    }

    /// The least positive integer of which an integer must be a multiple to be one of this number; nil for a number that
    /// has more than 18 digits or is not positive.
    var integerStep: Int? {
        guard !isZero, !isNegative, let value = smallDigits else { return nil }
        guard exponent < 0 else {
            return exponent > 18 ? .max : (0..<exponent).reduce(value) { value, _ in Self.times10(value) }
        }
        // n · 10^k is a multiple of the digits; only factors 2 and 5 of them can come from 10^k.
        var step = value
        for factor in [2, 5] {
            for _ in 0..<min(-exponent, 64) where step % factor == 0 { step /= factor }
        }
        return step
    }

    /// Whether this is a whole multiple of `step`; nil when `step` has more than 18 digits.
    func isMultiple(of step: ExactDecimal) -> Bool? {
        guard let divisor = step.smallDigits, divisor > 0 else { return nil }
        // A last digit that is not zero below the step's last digit leaves a remainder.
        guard !isZero else { return true }
        guard exponent >= step.exponent else { return false }
        var remainder: Int128 = 0
        for digit in digits { remainder = (remainder * 10 + Int128(digit)) % Int128(divisor) }
        var power = exponent - step.exponent
        var base = Int128(10) % Int128(divisor)
        while power > 0 {
            if power & 1 == 1 { remainder = remainder * base % Int128(divisor) }
            base = base * base % Int128(divisor)
            power >>= 1
        }
        return remainder == 0
    }

    private var smallDigits: Int? {
        digits.count <= 18 ? digits.reduce(0) { $0 * 10 + Int($1) } : nil
    }

    private static func times10(_ value: Int) -> Int {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        return overflow ? .max : product
    }
}

extension ExactDecimal: Comparable {
    static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.hasSmallerMagnitude(than: left) : left.hasSmallerMagnitude(than: right)
    }

    private func hasSmallerMagnitude(than other: ExactDecimal) -> Bool {
        guard !isZero, !other.isZero else { return isZero && !other.isZero }
        let (size, otherSize) = (digits.count + exponent, other.digits.count + other.exponent)
        return size == otherSize ? digits.lexicographicallyPrecedes(other.digits) : size < otherSize
    }
}
