/// What one byte does to the innermost open rule.
enum Step {
    /// The byte is part of the rule, which goes on.
    case taken
    /// The byte is the rule's last.
    case last
    /// The byte belongs to this rule, which opens here.
    case enter(Int)
    /// The rule ended before the byte, which belongs to a rule around it.
    case ended
    case rejected
}

/// States of ``Rule/repeated(item:count:)``.
enum RepeatedState {
    static let start = 0
    static let opened = 1
    static let afterItem = 2
    static let afterComma = 3
}

/// States of ``Rule/string(length:isPlain:)``: before the opening quote, then those of ``StringAutomaton`` plus one.
enum StringState {
    static let start = 0

    static func inside(_ state: StringAutomaton.State) -> Int { Int(state) + 1 }
    static func automaton(_ state: Int) -> StringAutomaton.State { StringAutomaton.State(state - 1) }
}

/// States of ``Rule/integer(_:)``.
enum IntegerState {
    static let start = 0
    static let minus = 1
    static let positive = 2
    static let negative = 3
}

/// States of ``Rule/number``.
enum NumberState {
    static let start = 0
    static let minus = 1
    static let zero = 2
    static let integer = 3
    static let point = 4
    static let fraction = 5
}

extension Grammar {
    func step(_ frame: inout Frame, _ byte: UInt8) -> Step {
        switch rules[frame.rule] {
        case .sequence(let range): stepSequence(&frame, range, byte)
        case .repeated(let item, let count): stepRepeated(&frame, item, count, byte)
        case .string(let length, let isPlain): Self.stepString(&frame, length, isPlain, byte)
        case .literals: stepLiterals(&frame, byte)
        case .integer(let range): Self.stepInteger(&frame, range, byte)
        case .number: Self.stepNumber(&frame, byte)
        }
    }

    /// Whether a rule may end without another byte.
    func mayEnd(_ frame: Frame) -> Bool {
        switch rules[frame.rule] {
        case .sequence(let range): frame.state == range.upperBound
        case .literals: literals.isEnd(frame.state)
        case .integer(let range):
            switch frame.state {
            case IntegerState.positive: range.contains(frame.count)
            case IntegerState.negative: range.contains(-frame.count)
            default: false
            }
        case .number: [NumberState.zero, NumberState.integer, NumberState.fraction].contains(frame.state)
        case .repeated, .string: false
        }
    }

    private func stepSequence(_ frame: inout Frame, _ range: Range<Int>, _ byte: UInt8) -> Step {
        guard frame.state < range.upperBound else { return .ended }
        switch parts[frame.state] {
        case .rule(let rule):
            frame.state += 1
            return .enter(rule)
        case .bytes(let bytes):
            guard text[bytes.lowerBound + frame.count] == byte else { return .rejected }
            frame.count += 1
            guard frame.count == bytes.count else { return .taken }
            frame.count = 0
            frame.state += 1
            return frame.state == range.upperBound ? .last : .taken
        }
    }

    private func stepRepeated(
        _ frame: inout Frame, _ item: Int, _ count: ClosedRange<Int>, _ byte: UInt8
    ) -> Step {
        let isEnd = byte == UInt8(ascii: "]")
        switch frame.state {
        case RepeatedState.start:
            guard byte == UInt8(ascii: "[") else { return .rejected }
            frame.state = RepeatedState.opened
            return .taken
        case RepeatedState.afterItem:
            if isEnd { return frame.count >= count.lowerBound ? .last : .rejected }
            guard byte == UInt8(ascii: ","), frame.count < count.upperBound else { return .rejected }
            frame.state = RepeatedState.afterComma
            return .taken
        default:
            if isEnd && frame.state == RepeatedState.opened {
                return count.lowerBound == 0 ? .last : .rejected
            }
            guard frame.count < count.upperBound else { return .rejected }
            frame.state = RepeatedState.afterItem
            frame.count += 1
            return .enter(item)
        }
    }

    private static func stepString(
        _ frame: inout Frame, _ length: ClosedRange<Int>, _ isPlain: Bool, _ byte: UInt8
    ) -> Step {
        guard frame.state != StringState.start else {
            guard byte == StringAutomaton.quote else { return .rejected }
            frame.state = StringState.inside(StringAutomaton.body)
            return .taken
        }
        let state = StringState.automaton(frame.state)
        let next = StringAutomaton.next(state, byte, isPlain: isPlain)
        switch next {
        case StringAutomaton.rejected: return .rejected
        case StringAutomaton.closed: return frame.count >= length.lowerBound ? .last : .rejected
        default:
            if StringAutomaton.beginsScalar(from: state, to: next) { frame.count += 1 }
            frame.state = StringState.inside(next)
            return frame.count <= length.upperBound ? .taken : .rejected
        }
    }

    private func stepLiterals(_ frame: inout Frame, _ byte: UInt8) -> Step {
        guard let next = literals.child(of: frame.state, on: byte) else {
            return literals.isEnd(frame.state) ? .ended : .rejected
        }
        frame.state = next
        return literals.isLeaf(next) ? .last : .taken
    }

    private static func stepInteger(_ frame: inout Frame, _ range: ClosedRange<Int>, _ byte: UInt8) -> Step {
        let isNegative = frame.state == IntegerState.minus || frame.state == IntegerState.negative
        if frame.state == IntegerState.start && byte == UInt8(ascii: "-") {
            guard range.lowerBound < 0 else { return .rejected }
            frame.state = IntegerState.minus
            return .taken
        }
        let hasDigits = frame.state == IntegerState.positive || frame.state == IntegerState.negative
        guard let digit = digit(byte) else {
            guard hasDigits, range.contains(isNegative ? -frame.count : frame.count) else { return .rejected }
            return .ended
        }
        if digit == 0 && !hasDigits {
            return frame.state == IntegerState.start && range.contains(0) ? .last : .rejected
        }
        let magnitudes =
            isNegative ? IntegerRange.negativeMagnitudes(range) : IntegerRange.positiveMagnitudes(range)
        let value = frame.count * 10 + digit
        guard let magnitudes, IntegerRange.canReach(magnitudes, from: value) else { return .rejected }
        frame.state = isNegative ? IntegerState.negative : IntegerState.positive
        frame.count = value
        return .taken
    }

    private static func stepNumber(_ frame: inout Frame, _ byte: UInt8) -> Step {
        let isPoint = byte == UInt8(ascii: ".")
        switch (frame.state, digit(byte)) {
        case (NumberState.start, nil) where byte == UInt8(ascii: "-"): frame.state = NumberState.minus
        case (NumberState.start, let digit?), (NumberState.minus, let digit?):
            frame.state = digit == 0 ? NumberState.zero : NumberState.integer
            frame.count = 1
        case (NumberState.integer, _?) where frame.count < SchemaLimits.integerDigits: frame.count += 1
        case (NumberState.zero, nil) where isPoint, (NumberState.integer, nil) where isPoint:
            frame.state = NumberState.point
            frame.count = 0
        case (NumberState.point, _?): (frame.state, frame.count) = (NumberState.fraction, 1)
        case (NumberState.fraction, _?) where frame.count < SchemaLimits.fractionDigits: frame.count += 1
        case (NumberState.zero, nil), (NumberState.integer, nil), (NumberState.fraction, nil): return .ended
        default: return .rejected
        }
        return .taken
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
    }
}
