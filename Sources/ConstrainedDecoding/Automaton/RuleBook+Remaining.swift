/// The fewest bytes from a place to the end of a document.
extension RuleBook {
    /// Bytes between a cursor and the end of the shortest document that goes on from it.
    ///
    /// Exact, but for keys that are not named: one that is only a character long may be taken.
    func remaining(_ cursor: Cursor, _ stack: FrameStack) -> Int {
        var cursor = cursor
        var total = 0
        while !cursor.isComplete {
            total = Self.sum(total, remaining(cursor.top, room: Self.room(cursor)))
            stack.pop(&cursor)
        }
        return total
    }

    /// Bytes that a rule still takes at least where `room` frames may be put onto its own.
    func remaining(_ frame: Frame, room: Int) -> Int {
        switch rules[Int(frame.rule)] {
        case .object(let object): return remaining(frame, objects[object], room)
        case .array(let array): return remaining(frame, arrays[array], room)
        case .text(let automaton, let length):
            return automata[automaton].byteDistance[Int(frame.state)] + max(0, length.lowerBound - frame.count)
        case .literals: return tries.distance(Int(frame.state))
        case .integer(let integer): return integers[integer].remaining(frame) ?? Self.never
        case .number(let number): return numbers[number].remaining(frame) ?? Self.never
        case .key: return ByteAutomaton.plainString.byteDistance[Int(frame.state)] + (frame.position > 0 ? 0 : 1)
        }
    }

    private func remaining(_ frame: Frame, _ array: ArrayRule, _ room: Int) -> Int {
        switch frame.state {
        case ArrayState.start: return Self.sum(1, items(from: 0, array, room))
        case ArrayState.afterComma:
            guard let item = array.item(frame.count) else { return Self.never }
            return Self.sum(cost(of: item, room: room), items(from: frame.count + 1, array, room))
        default: return items(from: frame.count, array, room)
        }
    }

    /// The elements that must still come after `count`, with the commas before them, and the bracket.
    private func items(from count: Int, _ array: ArrayRule, _ room: Int) -> Int {
        var total = 1
        var index = count
        let needed = array.count.lowerBound
        while index < min(needed, array.prefix.count) {
            total = Self.sum(total, Self.sum(cost(of: array.prefix[index], room: room), index > 0 ? 1 : 0))
            index += 1
        }
        guard index < needed else { return total }
        let each = array.rest.map { cost(of: $0, room: room) } ?? Self.never
        guard each < Self.never else { return Self.never }
        return Self.sum(total, (needed - index) * (each + 1) - (index == 0 ? 1 : 0))
    }

    private func remaining(_ frame: Frame, _ object: ObjectRule, _ room: Int) -> Int {
        let position = Int(frame.position)
        switch frame.state {
        case ObjectState.start: return Self.sum(1, properties(from: 0, count: 0, object, room))
        case ObjectState.opened, ObjectState.afterValue:
            return properties(from: position, count: frame.count, object, room)
        case ObjectState.value, ObjectState.colon:
            let value = cost(of: object.choice(ofProperty: position - 1), room: room)
            let colon = frame.state == ObjectState.colon ? 1 : 0
            return Self.sum(value + colon, properties(from: position, count: frame.count, object, room))
        case ObjectState.afterComma:
            var least = Self.never
            for index in object.candidates(frame) where mayName(index, frame, object, room) {
                least = min(least, named(index, written: 0, frame, object, room))
            }
            if let additional = object.additional, mayAdd(frame, object, room) {
                let rest = properties(
                    from: max(position, object.properties.count) + 1, count: frame.count + 1, object, room)
                least = min(least, Self.sum(Self.keyBytes + cost(of: additional.choice, room: room), rest))
            }
            return least
        default:
            let node = Int(frame.state - ObjectState.named)
            return tries.members(node).reduce(Self.never) { least, index in
                guard mayName(Int(index), frame, object, room) else { return least }
                return min(least, named(Int(index), written: tries.depth(node), frame, object, room))
            }
        }
    }

    /// Bytes of the shortest key that is not named, with its quotes and the colon.
    private static let keyBytes = 4

    /// The named property `index`, of whose key some bytes are written, and all that must come after it.
    private func named(_ index: Int, written: Int, _ frame: Frame, _ object: ObjectRule, _ room: Int) -> Int {
        let property = object.properties[index]
        let own = property.keyBytes - written + cost(of: property.choice, room: room)
        return Self.sum(own, properties(from: index + 1, count: frame.count + 1, object, room))
    }

    /// The properties that must still come from the one at `position`, with the commas before them, and the brace.
    private func properties(from position: Int, count: Int, _ object: ObjectRule, _ room: Int) -> Int {
        var total = 1
        var optional: [Int] = []
        var written = count
        for property in object.properties.dropFirst(position) {
            let cost = property.keyBytes + 1 + cost(of: property.choice, room: room)
            if property.isRequired {
                total = Self.sum(total, cost)
                written += 1
            } else {
                optional.append(cost)
            }
        }
        let missing = object.count.lowerBound - written
        if missing > 0 {
            if let additional = object.additional {
                let left = SchemaLimits.additionalProperties - max(0, position - object.properties.count)
                let cost = Self.keyBytes + 1 + cost(of: additional.choice, room: room)
                optional += [Int](repeating: cost, count: min(max(0, left), missing))
            }
            guard optional.count >= missing else { return Self.never }
            total = optional.sorted().prefix(missing).reduce(total, Self.sum)
            written += missing
        }
        return count == 0 && written > 0 ? total - 1 : total
    }
}
