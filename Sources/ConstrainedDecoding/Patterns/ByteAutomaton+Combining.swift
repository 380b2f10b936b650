extension ByteAutomaton {
    /// The texts that both automata accept; nil when there are none.
    ///
    /// - Throws: ``PatternError/code`` `tooLarge` when it takes more states than ``SchemaLimits/patternStates``.
    func intersection(_ other: ByteAutomaton) throws(PatternError) -> ByteAutomaton? {
        // Bytes are told apart where one of the two tells them apart.
        var numbers: [[UInt8]: UInt8] = [:]
        var representatives: [UInt8] = []
        var combined: [UInt8] = []
        for byte in UInt8.min ... .max {
            let pair = [classes[Int(byte)], other.classes[Int(byte)]]
            if numbers[pair] == nil {
                numbers[pair] = UInt8(representatives.count)
                representatives.append(byte)
            }
            combined.append(numbers[pair] ?? 0)
        }
        return try Self.explore(
            classes: combined, representatives: representatives, isQuoted: isQuoted,
            from: Pair(first: Self.start, second: Int(Self.start)),
            step: { pair, byte in
                let first = next(pair.first, byte)
                let second = other.next(State(pair.second), byte)
                return first == Self.dead || second == Self.dead ? nil : Pair(first: first, second: Int(second))
            },
            accepts: { accepts[Int($0.first)] && other.accepts[$0.second] },
            isBoundary: { isBoundary[Int($0.first)] })
    }

    /// The texts of at least `minimum` characters; nil when there are none.
    ///
    /// - Throws: ``PatternError/code`` `tooLarge` when it takes more states than ``SchemaLimits/patternStates``.
    func requiring(minimum: Int) throws(PatternError) -> ByteAutomaton? {
        guard scalarDistance[Int(Self.start)] < minimum else { return self }
        var representatives = [UInt8](repeating: 0, count: classCount)
        for byte in UInt8.min ... .max { representatives[Int(classes[Int(byte)])] = byte }
        return try Self.explore(
            classes: classes, representatives: representatives, isQuoted: isQuoted,
            from: Pair(first: Self.start, second: 0),
            step: { pair, byte in
                let next = next(pair.first, byte)
                guard next != Self.dead else { return nil }
                let begins = beginsScalar(from: pair.first, to: next)
                return Pair(first: next, second: min(minimum, pair.second + (begins ? 1 : 0)))
            },
            accepts: { accepts[Int($0.first)] && $0.second == minimum },
            isBoundary: { isBoundary[Int($0.first)] })
    }

    private struct Pair: Hashable {
        let first: State
        let second: Int
    }

    private static func explore(
        classes: [UInt8], representatives: [UInt8], isQuoted: Bool, from start: Pair,
        step: (Pair, UInt8) -> Pair?, accepts: (Pair) -> Bool, isBoundary: (Pair) -> Bool
    ) throws(PatternError) -> ByteAutomaton? {
        var numbers = [start: 0]
        var pairs = [start]
        var draft = Draft(classes: classes, isQuoted: isQuoted)
        var next = 0
        while next < pairs.count {
            var row: [State] = []
            for byte in representatives {
                guard let reached = step(pairs[next], byte) else {
                    row.append(dead)
                    continue
                }
                let number = numbers[reached] ?? pairs.count
                if number == pairs.count {
                    numbers[reached] = number
                    pairs.append(reached)
                }
                row.append(State(clamping: number))
            }
            draft.add(row: row, accepts: accepts(pairs[next]), isBoundary: isBoundary(pairs[next]))
            guard pairs.count <= SchemaLimits.patternStates else {
                throw PatternError(
                    .tooLarge, "patterns and lengths that take more than \(SchemaLimits.patternStates) states together")
            }
            next += 1
        }
        return ByteAutomaton(draft)
    }
}
