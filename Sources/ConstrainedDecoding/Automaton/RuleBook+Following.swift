/// Which bytes may follow, so that a walk need not try each.
extension RuleBook {
    private static let colon = ByteSet(":".utf8)
    private static let quote = ByteSet("\"".utf8)
    private static let objectStart = ByteSet("{".utf8)
    private static let objectOpened = ByteSet("\"}".utf8)
    private static let objectNext = ByteSet(",}".utf8)
    private static let arrayStart = ByteSet("[".utf8)
    private static let arrayNext = ByteSet(",]".utf8)
    private static let numberStart = ByteSet("-0123456789".utf8)
    private static let numberNext = ByteSet(".0123456789".utf8)

    /// The bytes that may follow at a cursor, and perhaps some that ``advance(_:_:_:into:)`` refuses after all.
    func following(_ start: Cursor, _ stack: FrameStack) -> ByteSet {
        var cursor = start
        var bytes = ByteSet()
        while !cursor.isComplete {
            bytes.formUnion(following(cursor.top))
            guard mayEnd(cursor.top) else { break }
            stack.pop(&cursor)
        }
        return bytes
    }

    /// The bytes with which a rule may begin.
    func first(of rule: Int) -> ByteSet { following(frame(entering: rule)) }

    private func following(_ frame: Frame) -> ByteSet {
        switch rules[Int(frame.rule)] {
        case .object(let number): return following(frame, objects[number])
        case .array(let number):
            switch frame.state {
            case ArrayState.start: return Self.arrayStart
            case ArrayState.afterItem: return Self.arrayNext
            default:
                var bytes = arrays[number].item(frame.count).map { choiceBytes[$0] } ?? ByteSet()
                if frame.state == ArrayState.opened { bytes.insert(UInt8(ascii: "]")) }
                return bytes
            }
        case .text(let automaton, _): return automata[automaton].following[Int(frame.state)]
        case .key: return ByteAutomaton.plainString.following[Int(frame.state)]
        case .literals: return tries.following(Int(frame.state))
        case .integer: return frame.state == IntegerRule.State.start ? Self.numberStart : ByteSet.digits
        case .number: return frame.state == NumberRule.State.start ? Self.numberStart : Self.numberNext
        }
    }

    private func following(_ frame: Frame, _ object: ObjectRule) -> ByteSet {
        switch frame.state {
        case ObjectState.start: Self.objectStart
        case ObjectState.opened: Self.objectOpened
        case ObjectState.afterValue: Self.objectNext
        case ObjectState.afterComma: Self.quote
        case ObjectState.colon: Self.colon
        case ObjectState.value: choiceBytes[object.choice(ofProperty: Int(frame.position) - 1)]
        default: tries.following(Int(frame.state - ObjectState.named))
        }
    }
}
