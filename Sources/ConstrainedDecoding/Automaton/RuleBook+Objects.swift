/// States of ``Rule/object(_:)``; `count` is the properties begun, `position` the next one's index, which goes on beyond
/// the named ones.
enum ObjectState {
    static let start: Int32 = 0
    static let opened: Int32 = 1
    static let afterValue: Int32 = 2
    static let afterComma: Int32 = 3
    /// After a key that is not named.
    static let colon: Int32 = 4
    static let value: Int32 = 5
    /// In a named key: this and the node of its trie.
    static let named: Int32 = 8
}

extension RuleBook {
    func stepObject(_ frame: inout Frame, _ number: Int, _ byte: UInt8, room: Int) -> Step {
        let object = objects[number]
        switch (frame.state, byte) {
        case (ObjectState.start, UInt8(ascii: "{")): frame.state = ObjectState.opened
        case (ObjectState.opened, UInt8(ascii: "}")), (ObjectState.afterValue, UInt8(ascii: "}")):
            let isWhole = object.requiredFrom(frame) == 0 && frame.count >= object.count.lowerBound
            return isWhole ? .last : .rejected
        case (ObjectState.afterValue, UInt8(ascii: ",")):
            guard
                mayAdd(frame, object, room)
                    || object.candidates(frame).contains(where: { mayName($0, frame, object, room) })
            else { return .rejected }
            frame.state = ObjectState.afterComma
        case (ObjectState.opened, StringAutomaton.quote), (ObjectState.afterComma, StringAutomaton.quote):
            return stepToKey(&frame, object, room)
        case (ObjectState.colon, UInt8(ascii: ":")): frame.state = ObjectState.value
        case (ObjectState.value, _):
            frame.state = ObjectState.afterValue
            return .enter(object.choice(ofProperty: Int(frame.position) - 1))
        case (ObjectState.named..., _): return stepNamedKey(&frame, object, byte, room)
        default: return .rejected
        }
        return .taken
    }

    private func stepToKey(_ frame: inout Frame, _ object: ObjectRule, _ room: Int) -> Step {
        var named: Frame?
        if object.candidates(frame).contains(where: { mayName($0, frame, object, room) }),
            let node = tries.child(of: object.keys, on: StringAutomaton.quote)
        {
            named = frame
            named?.state = ObjectState.named + Int32(node)
        }
        guard let additional = object.additional, mayAdd(frame, object, room) else {
            guard let named else { return .rejected }
            frame = named
            return .taken
        }
        frame.state = ObjectState.colon
        frame.position = max(frame.position, Int32(object.properties.count)) + 1
        frame.count += 1
        return .enterKey(additional.keyRule, orNamed: named)
    }

    private func stepNamedKey(_ frame: inout Frame, _ object: ObjectRule, _ byte: UInt8, _ room: Int) -> Step {
        let node = Int(frame.state - ObjectState.named)
        guard let next = tries.child(of: node, on: byte) else { return .rejected }
        let members = tries.members(next)
        // Where no key has branched off since, one of them still may be named.
        guard
            members.count == tries.members(node).count
                || members.contains(where: { mayName(Int($0), frame, object, room) })
        else { return .rejected }
        guard let property = tries.text(at: next) else {
            frame.state = ObjectState.named + Int32(next)
            return .taken
        }
        frame.state = ObjectState.value
        frame.position = Int32(property) + 1
        frame.count += 1
        return .taken
    }

    func stepKey(_ cursor: inout Cursor, _ number: Int, _ byte: UInt8, _ stack: inout FrameStack) -> Step {
        let automaton = ByteAutomaton.plainString
        let state = ByteAutomaton.State(cursor.top.state)
        let next = automaton.next(state, byte)
        guard next != ByteAutomaton.dead else { return .rejected }
        if automaton.isLeaf[Int(next)] {
            let key = KeyDigest(hash: cursor.top.count, count: Int(cursor.top.position))
            guard mayClose(key: key, cursor, number, stack) else { return .rejected }
            stack.pop(&cursor)
            cursor.top.keys = stack.remember(key, in: cursor.top.keys)
            return .taken
        }
        if automaton.beginsScalar(from: state, to: next) { cursor.top.position += 1 }
        guard Int(cursor.top.position) <= keyLength(cursor, number, stack) else { return .rejected }
        cursor.top.state = Int32(next)
        cursor.top.count = KeyDigest.adding(byte, to: cursor.top.count)
        return .taken
    }

    /// Characters of the key that `cursor` is in at most.
    func keyLength(_ cursor: Cursor, _ number: Int, _ stack: FrameStack) -> Int {
        let before = Int(stack.parent(of: cursor).position) - objects[number].properties.count - 1
        return (objects[number].additional?.keyLength ?? 0) + before
    }

    /// Whether a key may be closed where `cursor` is in a key: it is not empty and no other property has it.
    func mayClose(key: KeyDigest, _ cursor: Cursor, _ number: Int, _ stack: FrameStack) -> Bool {
        guard key.count > 0, objects[number].additional?.named.contains(key) == false else { return false }
        return !stack.remembers(key, in: stack.parent(of: cursor).keys)
    }

    /// The lengths of the keys that may not be written where `cursor` is in a key.
    func takenLengths(_ cursor: Cursor, _ number: Int, _ stack: FrameStack) -> KeyLengths {
        let written = stack.lengths(in: stack.parent(of: cursor).keys)
        return objects[number].additional?.namedLengths.union(written) ?? written
    }

    /// Whether the named property `index` may come next.
    func mayName(_ index: Int, _ frame: Frame, _ object: ObjectRule, _ room: Int) -> Bool {
        let property = object.properties[index]
        guard object.candidates(frame).contains(index), choiceHeights[property.choice] <= room else { return false }
        let isInPlace = property.isRequired || frame.count + 1 + object.requiredFrom(frame) <= object.count.upperBound
        return isInPlace && available(from: index + 1, object, room, atLeast: object.count.lowerBound - frame.count - 1)
    }

    /// Whether a property that is not named may come next.
    func mayAdd(_ frame: Frame, _ object: ObjectRule, _ room: Int) -> Bool {
        guard let additional = object.additional, object.requiredFrom(frame) == 0,
            frame.count < object.count.upperBound, choiceHeights[additional.choice] <= room
        else { return false }
        let left = SchemaLimits.additionalProperties - max(0, Int(frame.position) - object.properties.count)
        return left > 0 && left >= object.count.lowerBound - frame.count
    }

    /// Whether `count` properties can be written from the named one `index` on.
    private func available(from index: Int, _ object: ObjectRule, _ room: Int, atLeast count: Int) -> Bool {
        var count = count
        if let additional = object.additional, choiceHeights[additional.choice] <= room {
            count -= SchemaLimits.additionalProperties
        }
        var index = index
        while count > 0, index < object.properties.count {
            if choiceHeights[object.properties[index].choice] <= room { count -= 1 }
            index += 1
        }
        return count <= 0
    }
}

extension ObjectRule {
    /// Required properties that are still to come.
    func requiredFrom(_ frame: Frame) -> Int { requiredCount[min(Int(frame.position), properties.count)] }

    /// The named properties up to the next required one, which alone may come next.
    func candidates(_ frame: Frame) -> Range<Int> {
        let first = min(Int(frame.position), properties.count)
        return first..<min(nextRequired[first] + 1, properties.count)
    }

    /// What the value of a property may be, by its index beyond the named ones as well.
    func choice(ofProperty index: Int) -> Int {
        index < properties.count ? properties[index].choice : additional?.choice ?? 0
    }
}
