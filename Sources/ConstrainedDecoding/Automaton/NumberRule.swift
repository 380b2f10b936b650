/// The decimal numbers of a range, without exponent, digit by digit.
///
/// A number is an integer part and a fraction in units of 10^-9. Once the point is written, the bounds of the fraction
/// follow from whether the integer part is the least or the greatest one; so nothing here takes more than 64 bits.
struct NumberRule: Sendable {
    /// States of its frame. Before the point `count` is the integer part; after it, the fraction's digits so far.
    enum State {
        static let start: Int32 = 0
        static let minus: Int32 = 1
        /// 2 and 3 for a positive and a negative number.
        static let integer: Int32 = 2
        /// After these the fraction states begin: for each number of digits the eight of ``Fraction/flags``.
        static let fraction: Int32 = 8
    }

    /// Magnitudes from one to another.
    private struct Magnitudes {
        let lowInteger: Int
        let lowFraction: Int
        let highInteger: Int
        let highFraction: Int

        init?(_ low: Int128, _ high: Int128) {
            guard low <= high else { return nil }
            lowInteger = Int(low / Int128(NumberRule.one))
            lowFraction = Int(low % Int128(NumberRule.one))
            highInteger = Int(high / Int128(NumberRule.one))
            highFraction = Int(high % Int128(NumberRule.one))
        }

        /// The fractions that may follow an integer part of the range.
        func fractions(after integer: Int) -> ClosedRange<Int> {
            (integer == lowInteger ? lowFraction : 0)...(integer == highInteger ? highFraction : NumberRule.one - 1)
        }

        func contains(_ integer: Int) -> Bool {
            integer >= lowInteger && integer <= highInteger && fractions(after: integer).contains(0)
        }
    }

    /// The place behind the point.
    private struct Fraction {
        let digits: Int
        let isNegative: Bool
        let isLowest: Bool
        let isHighest: Bool

        init(digits: Int, isNegative: Bool, isLowest: Bool, isHighest: Bool) {
            self.digits = digits
            self.isNegative = isNegative
            self.isLowest = isLowest
            self.isHighest = isHighest
        }

        init(state: Int32) {
            let code = Int(state - State.fraction)
            self.init(
                digits: code / 8, isNegative: code & 1 != 0, isLowest: code & 2 != 0, isHighest: code & 4 != 0)
        }

        var state: Int32 {
            let flags = (isNegative ? 1 : 0) + (isLowest ? 2 : 0) + (isHighest ? 4 : 0)
            return State.fraction + Int32(digits * 8 + flags)
        }

        var next: Fraction {
            Fraction(digits: digits + 1, isNegative: isNegative, isLowest: isLowest, isHighest: isHighest)
        }
    }

    private static let one = 1_000_000_000
    private static let largestInteger = SchemaLimits.integer
    private let positive: Magnitudes?
    private let negative: Magnitudes?

    /// - Parameter range: in units of 10^-9, integer parts within ±``SchemaLimits/integer``.
    init(range: ClosedRange<Int128>) {
        positive = Magnitudes(max(0, range.lowerBound), range.upperBound)
        negative = Magnitudes(max(1, -range.upperBound), -range.lowerBound)
    }

    func advance(_ frame: inout Frame, _ byte: UInt8) -> Step {
        if frame.state >= State.fraction { return advanceFraction(&frame, byte) }
        let magnitudes = magnitudes(frame)
        let hasDigits = frame.state >= State.integer
        if frame.state == State.start && byte == UInt8(ascii: "-") {
            guard negative != nil else { return .rejected }
            frame.state = State.minus
            return .taken
        }
        if hasDigits && byte == UInt8(ascii: ".") {
            guard let magnitudes, frame.count >= magnitudes.lowInteger, frame.count <= magnitudes.highInteger
            else { return .rejected }
            frame.state =
                Fraction(
                    digits: 0, isNegative: frame.state == State.integer + 1,
                    isLowest: frame.count == magnitudes.lowInteger, isHighest: frame.count == magnitudes.highInteger
                ).state
            frame.count = 0
            return .taken
        }
        guard let digit = byte.digit else { return mayEnd(frame) ? .ended : .rejected }
        // Nothing follows a leading zero but the point.
        guard !hasDigits || frame.count > 0 else { return .rejected }
        let value = frame.count * 10 + digit
        guard let magnitudes, canReach(magnitudes, from: value) else { return .rejected }
        if !hasDigits { frame.state = frame.state == State.minus ? State.integer + 1 : State.integer }
        frame.count = value
        return .taken
    }

    func mayEnd(_ frame: Frame) -> Bool {
        if frame.state >= State.fraction {
            let place = Fraction(state: frame.state)
            return place.digits > 0 && digitsAfter(frame.count, place.digits, fractions(place)) == 0
        }
        return frame.state >= State.integer && magnitudes(frame)?.contains(frame.count) == true
    }

    /// The least number of bytes to the end.
    func remaining(_ frame: Frame) -> Int? {
        if frame.state >= State.fraction {
            let place = Fraction(state: frame.state)
            let digits = digitsAfter(frame.count, place.digits, fractions(place))
            return place.digits == 0 ? digits.map { max(1, $0) } : digits
        }
        switch frame.state {
        case State.start:
            return [remaining(afterSign: positive), remaining(afterSign: negative).map { $0 + 1 }]
                .compactMap(\.self).min()
        case State.minus: return remaining(afterSign: negative)
        default: return remaining(after: frame.count, magnitudes(frame))
        }
    }

    private func advanceFraction(_ frame: inout Frame, _ byte: UInt8) -> Step {
        let place = Fraction(state: frame.state)
        guard let digit = byte.digit else { return mayEnd(frame) ? .ended : .rejected }
        let value = frame.count * 10 + digit
        guard place.digits < SchemaLimits.fractionDigits,
            digitsAfter(value, place.digits + 1, fractions(place)) != nil
        else { return .rejected }
        frame.state = place.next.state
        frame.count = value
        return .taken
    }

    private func magnitudes(_ frame: Frame) -> Magnitudes? {
        frame.state == State.minus || frame.state == State.integer + 1 ? negative : positive
    }

    private func fractions(_ place: Fraction) -> ClosedRange<Int> {
        guard let magnitudes = place.isNegative ? negative : positive else { return 0...0 }
        let low = place.isLowest ? magnitudes.lowFraction : 0
        return low...(place.isHighest ? magnitudes.highFraction : Self.one - 1)
    }

    /// Whether an integer part that begins with the digits of `prefix` lies in the range; zero takes no more digits.
    private func canReach(_ range: Magnitudes, from prefix: Int) -> Bool {
        integerDigitsAfter(prefix, range.lowInteger...range.highInteger) != nil
    }

    private func integerDigitsAfter(_ prefix: Int, _ range: ClosedRange<Int>) -> Int? {
        var low = prefix
        var high = prefix
        var digits = 0
        while low <= range.upperBound {
            if high >= range.lowerBound { return digits }
            guard prefix > 0 else { return nil }
            low *= 10
            high = high * 10 + 9
            digits += 1
        }
        return nil
    }

    /// The least number of digits after the first `digits` of a fraction that put it into `range`, nil when none do.
    private func digitsAfter(_ prefix: Int, _ digits: Int, _ range: ClosedRange<Int>) -> Int? {
        var low = prefix
        var high = prefix
        for added in 0...(SchemaLimits.fractionDigits - digits) {
            let unit = (digits + added..<SchemaLimits.fractionDigits).reduce(1) { product, _ in product * 10 }
            // The fractions of this many digits within the range.
            let first = (range.lowerBound + unit - 1) / unit
            let last = range.upperBound / unit
            if max(low, first) <= min(high, last) { return added }
            low *= 10
            high = high * 10 + 9
        }
        return nil
    }

    private func remaining(afterSign range: Magnitudes?) -> Int? {
        (0...9).compactMap { remaining(after: $0, range) }.min().map { $0 + 1 }
    }

    private func remaining(after prefix: Int, _ range: Magnitudes?) -> Int? {
        guard let range else { return nil }
        // Whole numbers between the bounds need no point.
        let firstWhole = range.lowInteger + (range.lowFraction > 0 ? 1 : 0)
        let whole =
            firstWhole <= range.highInteger ? integerDigitsAfter(prefix, firstWhole...range.highInteger) : nil
        let lowest = integerDigitsAfter(prefix, range.lowInteger...range.lowInteger).map { digits in
            digits + 1 + max(1, digitsAfter(0, 0, range.fractions(after: range.lowInteger)) ?? 0)
        }
        return [whole, lowest].compactMap(\.self).min()
    }
}
