/// The integers of a range that are multiples of a step, digit by digit.
struct IntegerRule: Sendable {
    /// States of its frame; `count` is the magnitude of the digits so far.
    enum State {
        static let start: Int32 = 0
        static let minus: Int32 = 1
        static let positive: Int32 = 2
        static let negative: Int32 = 3
    }

    private let hasZero: Bool
    /// The magnitudes above zero, nil for none.
    private let positive: ClosedRange<Int>?
    private let negative: ClosedRange<Int>?
    private let step: Int

    /// - Parameters:
    ///   - range: Within ±``SchemaLimits/integer``, which keeps every product below within 64 bits.
    ///   - step: 1 or more.
    init(range: ClosedRange<Int>, step: Int) {
        self.step = step
        hasZero = range.contains(0)
        positive = Self.multiples(max(1, range.lowerBound), range.upperBound, of: step)
        negative = Self.multiples(max(1, -range.upperBound), -range.lowerBound, of: step)
    }

    /// The range from the first to the last multiple between two bounds.
    private static func multiples(_ low: Int, _ high: Int, of step: Int) -> ClosedRange<Int>? {
        let first = (low + step - 1) / step * step
        let last = high / step * step
        return high > 0 && first <= last ? first...last : nil
    }

    func advance(_ frame: inout Frame, _ byte: UInt8) -> Step {
        if frame.state == State.start && byte == UInt8(ascii: "-") {
            guard negative != nil else { return .rejected }
            frame.state = State.minus
            return .taken
        }
        guard let digit = byte.digit else { return mayEnd(frame) ? .ended : .rejected }
        let hasDigits = frame.state == State.positive || frame.state == State.negative
        if digit == 0 && !hasDigits { return frame.state == State.start && hasZero ? .last : .rejected }
        let value = frame.count * 10 + digit
        guard digitsAfter(value, magnitudes(frame)) != nil else { return .rejected }
        if !hasDigits { frame.state = frame.state == State.minus ? State.negative : State.positive }
        frame.count = value
        return .taken
    }

    func mayEnd(_ frame: Frame) -> Bool {
        let hasDigits = frame.state == State.positive || frame.state == State.negative
        return hasDigits && digitsAfter(frame.count, magnitudes(frame)) == 0
    }

    /// The least number of bytes to the end.
    func remaining(_ frame: Frame) -> Int? {
        switch frame.state {
        case State.positive, State.negative: return digitsAfter(frame.count, magnitudes(frame))
        case State.minus: return fewestDigits(negative)
        default:
            if hasZero { return 1 }
            return [fewestDigits(positive), fewestDigits(negative).map { $0 + 1 }].compactMap(\.self).min()
        }
    }

    private func magnitudes(_ frame: Frame) -> ClosedRange<Int>? {
        frame.state == State.minus || frame.state == State.negative ? negative : positive
    }

    /// The least number of digits after `prefix` that make a number of `range`, nil when none do.
    private func digitsAfter(_ prefix: Int, _ range: ClosedRange<Int>?) -> Int? {
        guard let range else { return nil }
        var low = prefix
        var high = prefix
        var digits = 0
        while low <= range.upperBound {
            let last = min(high, range.upperBound) / step * step
            if last >= max(low, range.lowerBound) { return digits }
            low *= 10
            high = high * 10 + 9
            digits += 1
        }
        return nil
    }

    private func fewestDigits(_ range: ClosedRange<Int>?) -> Int? {
        (1...9).compactMap { digitsAfter($0, range) }.min().map { $0 + 1 }
    }
}

extension UInt8 {
    /// The value of a decimal digit.
    var digit: Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) ? Int(self - UInt8(ascii: "0")) : nil
    }
}
