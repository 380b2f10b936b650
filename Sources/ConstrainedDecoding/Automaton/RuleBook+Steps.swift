/// What one byte does to the innermost open rule.
enum Step {
    /// The byte is part of the rule, which goes on.
    case taken
    /// The byte is the rule's last.
    case last
    /// The byte belongs to a rule of this choice, which opens here.
    case enter(Int)
    /// The byte opens the key of a property that is not named, which the rule of this number goes on with. Where it may
    /// open a named key as well, `orNamed` is the object's frame in that one.
    case enterKey(Int, orNamed: Frame?)
    /// The rule ended before the byte, which belongs to a rule around it.
    case ended
    case rejected
}

extension RuleBook {
    /// Frames that may still be put onto a cursor's own.
    static func room(_ cursor: Cursor) -> Int { SchemaLimits.depth - Int(cursor.depth) }

    /// Adds to `found` each place that a byte leads to from `start`; none when the byte cannot follow.
    func advance(_ start: Cursor, _ byte: UInt8, _ stack: inout FrameStack, into found: inout [Cursor]) {
        var cursor = start
        while !cursor.isComplete {
            switch step(&cursor, byte, &stack) {
            case .taken:
                found.append(cursor)
                return
            case .last:
                stack.pop(&cursor)
                found.append(cursor)
                return
            case .enter(let choice):
                let room = Self.room(cursor)
                for rule in choices[choice] where heights[rule] <= room {
                    var inner = cursor
                    stack.push(frame(entering: rule), onto: &inner)
                    advance(inner, byte, &stack, into: &found)
                }
                return
            case .enterKey(let rule, let named):
                if let named {
                    var other = cursor
                    other.top = named
                    found.append(other)
                }
                stack.push(frame(entering: rule), onto: &cursor)
                found.append(cursor)
                return
            case .ended: stack.pop(&cursor)
            case .rejected: return
            }
        }
    }

    /// The places from which a rule of the value that must come next has opened, where that is one of few; else `cursor`.
    ///
    /// Opens before the first byte what else opens with it, so that a mask for the beginning of a text is one that the
    /// vocabulary remembers.
    func entered(_ cursor: Cursor, _ stack: inout FrameStack) -> [Cursor] {
        var around = cursor
        guard !cursor.isComplete, let choice = nextChoice(&around), choices[choice].count <= Self.fewRules else {
            return [cursor]
        }
        let room = Self.room(cursor)
        return choices[choice].filter { heights[$0] <= room }.map { rule in
            var inner = around
            stack.push(frame(entering: rule), onto: &inner)
            return inner
        }
    }

    private static let fewRules = 8

    /// What the value may be that must come next, nil where something else may; moves the frame on to after it.
    private func nextChoice(_ cursor: inout Cursor) -> Int? {
        switch rules[Int(cursor.top.rule)] {
        case .object(let number) where cursor.top.state == ObjectState.value:
            cursor.top.state = ObjectState.afterValue
            return objects[number].choice(ofProperty: Int(cursor.top.position) - 1)
        case .array(let number):
            let array = arrays[number]
            let mustOpen =
                cursor.top.state == ArrayState.afterComma
                || cursor.top.state == ArrayState.opened && array.count.lowerBound > 0
            guard mustOpen, let item = nextItem(cursor.top, array, Self.room(cursor)) else { return nil }
            cursor.top.state = ArrayState.afterItem
            cursor.top.count += 1
            return item
        default: return nil
        }
    }

    /// Whether the document may end at a cursor.
    func mayEnd(_ cursor: Cursor, _ stack: FrameStack) -> Bool {
        var cursor = cursor
        while !cursor.isComplete {
            guard mayEnd(cursor.top) else { return false }
            stack.pop(&cursor)
        }
        return true
    }

    private func step(_ cursor: inout Cursor, _ byte: UInt8, _ stack: inout FrameStack) -> Step {
        switch rules[Int(cursor.top.rule)] {
        case .object(let object): stepObject(&cursor.top, object, byte, room: Self.room(cursor))
        case .array(let array): stepArray(&cursor.top, arrays[array], byte, room: Self.room(cursor))
        case .text(let automaton, let length): Self.stepText(&cursor.top, automata[automaton], length, byte)
        case .literals: stepLiterals(&cursor.top, byte)
        case .integer(let integer): integers[integer].advance(&cursor.top, byte)
        case .number(let number): numbers[number].advance(&cursor.top, byte)
        case .key(let object): stepKey(&cursor, object, byte, &stack)
        }
    }

    /// Whether a rule may end without another byte.
    func mayEnd(_ frame: Frame) -> Bool {
        switch rules[Int(frame.rule)] {
        case .text(let automaton, _): automata[automaton].accepts[Int(frame.state)]
        case .literals: tries.text(at: Int(frame.state)) != nil
        case .integer(let integer): integers[integer].mayEnd(frame)
        case .number(let number): numbers[number].mayEnd(frame)
        case .object, .array, .key: false
        }
    }

    private static func stepText(
        _ frame: inout Frame, _ automaton: ByteAutomaton, _ length: ClosedRange<Int>, _ byte: UInt8
    ) -> Step {
        let state = ByteAutomaton.State(frame.state)
        let next = automaton.next(state, byte)
        guard next != ByteAutomaton.dead else { return automaton.accepts[Int(state)] ? .ended : .rejected }
        if automaton.beginsScalar(from: state, to: next) { frame.count += 1 }
        guard frame.count + automaton.scalarDistance[Int(next)] <= length.upperBound else { return .rejected }
        frame.state = Int32(next)
        guard automaton.isLeaf[Int(next)] else { return .taken }
        return frame.count >= length.lowerBound ? .last : .rejected
    }

    private func stepLiterals(_ frame: inout Frame, _ byte: UInt8) -> Step {
        guard let next = tries.child(of: Int(frame.state), on: byte) else {
            return tries.text(at: Int(frame.state)) != nil ? .ended : .rejected
        }
        frame.state = Int32(next)
        return tries.isLeaf(next) ? .last : .taken
    }
}

/// States of ``Rule/array(_:)``; `count` is the elements begun.
enum ArrayState {
    static let start: Int32 = 0
    static let opened: Int32 = 1
    static let afterItem: Int32 = 2
    static let afterComma: Int32 = 3
}

extension RuleBook {
    private func stepArray(_ frame: inout Frame, _ array: ArrayRule, _ byte: UInt8, room: Int) -> Step {
        switch (frame.state, byte) {
        case (ArrayState.start, UInt8(ascii: "[")):
            frame.state = ArrayState.opened
            return .taken
        case (ArrayState.opened, UInt8(ascii: "]")), (ArrayState.afterItem, UInt8(ascii: "]")):
            return frame.count >= array.count.lowerBound ? .last : .rejected
        case (ArrayState.afterItem, UInt8(ascii: ",")):
            guard nextItem(frame, array, room) != nil else { return .rejected }
            frame.state = ArrayState.afterComma
            return .taken
        case (ArrayState.opened, _), (ArrayState.afterComma, _):
            guard let item = nextItem(frame, array, room) else { return .rejected }
            frame.state = ArrayState.afterItem
            frame.count += 1
            return .enter(item)
        default: return .rejected
        }
    }

    /// The choice of the next element, nil where there may be none.
    private func nextItem(_ frame: Frame, _ array: ArrayRule, _ room: Int) -> Int? {
        guard frame.count < array.count.upperBound, let item = array.item(frame.count), choiceHeights[item] <= room
        else { return nil }
        return item
    }
}
