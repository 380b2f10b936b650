/// Builds the automaton of a pattern: a nondeterministic one over bytes (Thompson's construction), made deterministic.
struct PatternAutomaton {
    /// How the characters of a text are written.
    enum Spelling: Sendable, Hashable {
        /// As UTF-8, the whole output being the text.
        case bare
        /// In the quotes of a JSON string, with the escapes of ``JSONText/quoted(_:)`` only.
        /// - Parameter isPlain: leaves out the characters that would need one.
        case quoted(isPlain: Bool)
    }

    private struct Edge {
        let bytes: ClosedRange<UInt8>
        let target: Int
    }

    private var edges: [[Edge]] = []
    private var silent: [[Int]] = []
    private var isBoundary: [Bool] = []
    /// Whether a state is inside ``RegexTree/anything``: whatever else may follow, from there it may as well.
    private var isFree: [Bool] = []
    private var isAddingFree = false
    private let spelling: Spelling

    /// - Parameter regex: of a whole text, without anchors.
    /// - Returns: Nil when no text matches.
    /// - Throws: ``PatternError/code`` `tooLarge` when it takes more than ``SchemaLimits`` allow.
    static func automaton(_ regex: RegexTree, _ spelling: Spelling) throws(PatternError) -> ByteAutomaton? {
        guard regex.size <= SchemaLimits.patternSize else {
            throw PatternError(
                .tooLarge, "a pattern of more than \(SchemaLimits.patternSize) parts with its repetitions")
        }
        var builder = PatternAutomaton(spelling: spelling)
        let start = builder.addState()
        var end: Int
        switch spelling {
        case .bare: end = builder.add(regex, from: start)
        case .quoted:
            end = builder.addState()
            builder.edges[start].append(Edge(bytes: StringAutomaton.quote...StringAutomaton.quote, target: end))
            end = builder.add(regex, from: end)
            let closed = builder.addState()
            builder.edges[end].append(Edge(bytes: StringAutomaton.quote...StringAutomaton.quote, target: closed))
            builder.isBoundary[end] = true
            end = closed
        }
        return try builder.determinized(from: start, accepting: end)
    }

    private init(spelling: Spelling) { self.spelling = spelling }

    private mutating func addState() -> Int {
        edges.append([])
        silent.append([])
        isBoundary.append(false)
        isFree.append(isAddingFree)
        return edges.count - 1
    }

    /// Adds the states of `regex` after `start` and gives the state in which it is matched.
    private mutating func add(_ regex: RegexTree, from start: Int) -> Int {
        switch regex {
        case .empty, .start, .end: return start
        case .one(let set): return add(set, from: start)
        case .anything:
            isAddingFree = true
            defer { isAddingFree = false }
            return add(.repeated(.one(.all), minimum: 0, maximum: nil), from: start)
        case .sequence(let parts): return parts.reduce(start) { add($1, from: $0) }
        case .alternatives(let branches):
            let end = addState()
            for branch in branches {
                let first = addState()
                silent[start].append(first)
                let last = add(branch, from: first)
                silent[last].append(end)
            }
            return end
        case .repeated(let part, let minimum, let maximum):
            var current = start
            for _ in 0..<minimum { current = add(part, from: current) }
            guard let maximum else {
                let loop = addState()
                silent[current].append(loop)
                let last = add(part, from: loop)
                silent[last].append(loop)
                return loop
            }
            let end = addState()
            for _ in minimum..<maximum {
                silent[current].append(end)
                // A state of its own, so that the way round the part does not pass through its inside.
                let first = addState()
                silent[current].append(first)
                current = add(part, from: first)
            }
            silent[current].append(end)
            return end
        }
    }

    private mutating func add(_ set: ScalarSet, from start: Int) -> Int {
        isBoundary[start] = true
        let end = addState()
        var shared: [[ClosedRange<UInt8>]: Int] = [[]: end]
        func text(_ scalar: UInt32) -> [ClosedRange<UInt8>] {
            let quoted = JSONText.quoted(String(Unicode.Scalar(scalar).map(Character.init) ?? " "))
            return quoted.dropFirst().dropLast().map { $0...$0 }
        }
        var sequences: [[ClosedRange<UInt8>]] = []
        switch spelling {
        case .bare: sequences = set.ranges.flatMap(UTF8Ranges.sequences)
        case .quoted(let isPlain):
            sequences = set.subtracting(.escaped).ranges.flatMap(UTF8Ranges.sequences)
            if !isPlain { sequences += set.intersection(.escaped).ranges.joined().map(text) }
        }
        for sequence in sequences {
            // Characters with equal last bytes share the states before the end.
            var target = end
            for length in 1..<sequence.count {
                let tail = Array(sequence.suffix(length))
                if let known = shared[tail] {
                    target = known
                } else {
                    let state = addState()
                    edges[state].append(Edge(bytes: tail[0], target: target))
                    shared[tail] = state
                    target = state
                }
            }
            edges[start].append(Edge(bytes: sequence[0], target: target))
        }
        return end
    }
}

extension PatternAutomaton {
    private func determinized(from start: Int, accepting end: Int) throws(PatternError) -> ByteAutomaton? {
        let classes = byteClasses()
        let classCount = Int(classes.max() ?? 0) + 1
        var known: [[Int]: Int] = [:]
        var sets: [[Int]] = []
        var closures = Closures(silent: silent, isFree: isFree)
        var work = 0
        func state(of targets: [Int]) -> Int {
            let set = closures.closure(of: targets)
            if let state = known[set] { return state }
            known[set] = sets.count
            sets.append(set)
            return sets.count - 1
        }
        var draft = ByteAutomaton.Draft(classes: classes, isQuoted: spelling != .bare)
        _ = state(of: [start])
        var next = 0
        while next < sets.count {
            let members = sets[next]
            var targets = [[Int]](repeating: [], count: classCount)
            for member in members {
                for edge in edges[member] {
                    let range = classes[Int(edge.bytes.lowerBound)]...classes[Int(edge.bytes.upperBound)]
                    for byteClass in range { targets[Int(byteClass)].append(edge.target) }
                    work += range.count
                }
            }
            work += members.count
            var row = [ByteAutomaton.State](repeating: ByteAutomaton.dead, count: classCount)
            var rowStates: [[Int]: ByteAutomaton.State] = [:]
            for (byteClass, reached) in targets.enumerated() where !reached.isEmpty {
                if rowStates[reached] == nil {
                    rowStates[reached] = ByteAutomaton.State(clamping: state(of: reached))
                    work += reached.count
                }
                row[byteClass] = rowStates[reached] ?? ByteAutomaton.dead
            }
            draft.add(
                row: row, accepts: members.contains(end), isBoundary: members.contains { isBoundary[$0] })
            guard sets.count <= SchemaLimits.patternStates, work <= SchemaLimits.patternWork else {
                throw PatternError(
                    .tooLarge, "a pattern whose automaton has more than \(SchemaLimits.patternStates) states")
            }
            next += 1
        }
        return ByteAutomaton(draft)
    }

    /// The class of each byte: bytes of one class are told apart by no edge. Classes follow the order of the bytes.
    private func byteClasses() -> [UInt8] {
        var begins = [Bool](repeating: false, count: 257)
        for edge in edges.joined() {
            begins[Int(edge.bytes.lowerBound)] = true
            begins[Int(edge.bytes.upperBound) + 1] = true
        }
        var classes: [UInt8] = [0]
        for byte in 1..<256 { classes.append(classes[byte - 1] + (begins[byte] ? 1 : 0)) }
        return classes
    }

    /// Finds what is reached without a byte.
    private struct Closures {
        private let silent: [[Int]]
        private let isFree: [Bool]
        private var seen: [Int]
        private var round = 0

        init(silent: [[Int]], isFree: [Bool]) {
            self.silent = silent
            self.isFree = isFree
            seen = [Int](repeating: 0, count: silent.count)
        }

        /// The states reached from some, without those that add nothing beside one that takes anything.
        mutating func closure(of states: [Int]) -> [Int] {
            let all = reached(from: states)
            let free = all.filter { isFree[$0] }
            return free.isEmpty ? all : reached(from: free)
        }

        private mutating func reached(from states: [Int]) -> [Int] {
            round += 1
            var pending = states
            var result: [Int] = []
            while let state = pending.popLast() {
                guard seen[state] != round else { continue }
                seen[state] = round
                result.append(state)
                pending += silent[state]
            }
            return result.sorted()
        }
    }
}
