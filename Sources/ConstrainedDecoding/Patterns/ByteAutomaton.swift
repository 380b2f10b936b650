/// A deterministic automaton over bytes in which every state still reaches an end.
///
/// Bytes that no state tells apart share a class, so a row of the table is short. An automaton of JSON strings
/// (`isQuoted`) includes their quotes; nothing follows the closing one.
final class ByteAutomaton: Sendable {
    typealias State = UInt16
    /// The byte cannot follow.
    static let dead: State = .max
    static let start: State = 0

    /// An automaton as it was built, in which some states may lead nowhere.
    struct Draft {
        let classes: [UInt8]
        let isQuoted: Bool
        fileprivate(set) var rows: [[State]] = []
        fileprivate(set) var accepts: [Bool] = []
        fileprivate(set) var isBoundary: [Bool] = []

        init(classes: [UInt8], isQuoted: Bool) {
            self.classes = classes
            self.isQuoted = isQuoted
        }

        /// - Parameters:
        ///   - row: The successor on each class of bytes.
        ///   - accepts: Whether a text may end here.
        ///   - isBoundary: Whether the next byte begins a character, the closing quote aside.
        mutating func add(row: [State], accepts: Bool, isBoundary: Bool) {
            rows.append(row)
            self.accepts.append(accepts)
            self.isBoundary.append(isBoundary)
        }
    }

    let classes: [UInt8]
    let classCount: Int
    /// The successor of state `s` on class `c` at `s * classCount + c`.
    let table: [State]
    let accepts: [Bool]
    let isBoundary: [Bool]
    /// The bytes that may follow each state.
    let following: [ByteSet]
    /// Whether no byte follows.
    let isLeaf: [Bool]
    let isQuoted: Bool
    /// The least number of characters that begin between a state and an end.
    let scalarDistance: [Int]
    /// The greatest of ``scalarDistance``.
    let largestScalarDistance: Int
    /// The least number of bytes between a state and an end.
    let byteDistance: [Int]
    private let digest: Int

    /// - Returns: Nil when the automaton accepts nothing.
    init?(_ draft: Draft) {
        let arrivals = Self.arrivals(draft)
        let live = Self.distances(arrivals, draft.accepts) { _ in 1 }
        guard let first = live.first, first < .max else { return nil }
        var numbers = [State](repeating: Self.dead, count: draft.rows.count)
        for (number, state) in live.indices.filter({ live[$0] < .max }).enumerated() {
            numbers[state] = State(number)
        }
        let kept = live.indices.filter { live[$0] < .max }
        classes = draft.classes
        classCount = draft.rows.first?.count ?? 0
        table = kept.flatMap { draft.rows[$0].map { $0 == Self.dead ? Self.dead : numbers[Int($0)] } }
        accepts = kept.map { draft.accepts[$0] }
        isBoundary = kept.map { draft.isBoundary[$0] }
        isLeaf = kept.map { state in draft.rows[state].allSatisfy { $0 == Self.dead || live[Int($0)] == .max } }
        var classBytes = [ByteSet](repeating: ByteSet(), count: draft.rows.first?.count ?? 0)
        for byte in UInt8.min ... .max { classBytes[Int(draft.classes[Int(byte)])].insert(byte) }
        following = kept.map { state in
            draft.rows[state].indices.reduce(into: ByteSet()) { bytes, byteClass in
                let next = draft.rows[state][byteClass]
                if next != Self.dead && live[Int(next)] < .max { bytes.formUnion(classBytes[byteClass]) }
            }
        }
        isQuoted = draft.isQuoted
        byteDistance = kept.map { live[$0] }
        let scalars = Self.distances(arrivals, draft.accepts) { edge in
            let closes = draft.isQuoted && draft.accepts[edge.to]
            return draft.isBoundary[edge.from] && !closes ? 1 : 0
        }
        scalarDistance = kept.map { scalars[$0] }
        largestScalarDistance = scalarDistance.max() ?? 0
        var hasher = Hasher()
        hasher.combine(classes)
        hasher.combine(table)
        digest = hasher.finalize()
    }

    func next(_ state: State, _ byte: UInt8) -> State {
        table[Int(state) &* classCount &+ Int(classes[Int(byte)])]
    }

    /// Whether the step from `state` to `next` begins a new character.
    func beginsScalar(from state: State, to next: State) -> Bool {
        isBoundary[Int(state)] && !(isQuoted && isLeaf[Int(next)])
    }

    /// Whether some text is exactly these bytes.
    func matches(_ bytes: some Sequence<UInt8>) -> Bool {
        var state = Self.start
        for byte in bytes {
            state = next(state, byte)
            guard state != Self.dead else { return false }
        }
        return accepts[Int(state)]
    }

    /// The states in the order of the number of bytes that lead to them.
    var statesByDistance: [State] {
        var seen: Set<State> = [Self.start]
        var states = [Self.start]
        var next = 0
        while next < states.count {
            let row = Int(states[next]) * classCount
            for state in table[row..<(row + classCount)] where state != Self.dead && seen.insert(state).inserted {
                states.append(state)
            }
            next += 1
        }
        return states
    }

    /// Every byte of some text.
    var usedBytes: ByteSet { following.reduce(into: ByteSet()) { $0.formUnion($1) } }
}

extension ByteAutomaton: Hashable {
    static func == (left: ByteAutomaton, right: ByteAutomaton) -> Bool {
        if left === right { return true }
        return left.digest == right.digest && left.isQuoted == right.isQuoted && left.classes == right.classes
            && left.table == right.table && left.accepts == right.accepts && left.isBoundary == right.isBoundary
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

extension ByteAutomaton {
    private struct Edge: Hashable {
        let from: Int
        let to: Int
    }

    /// The edges into each state.
    private static func arrivals(_ draft: Draft) -> [[Edge]] {
        var arrivals = [[Edge]](repeating: [], count: draft.rows.count)
        for (from, row) in draft.rows.enumerated() {
            for to in Set(row) where to != dead { arrivals[Int(to)].append(Edge(from: from, to: Int(to))) }
        }
        return arrivals
    }

    /// The least cost of a way from each state to an accepting one; `Int.max` where there is none.
    ///
    /// - Parameter cost: of an edge, 0 or 1, which lets a queue with two ends do for Dijkstra's heap.
    private static func distances(_ arrivals: [[Edge]], _ accepts: [Bool], cost: (Edge) -> Int) -> [Int] {
        var distances = accepts.map { $0 ? 0 : Int.max }
        var current = accepts.indices.filter { accepts[$0] }
        var following: [Int] = []
        var distance = 0
        while !current.isEmpty {
            while let state = current.popLast() {
                guard distances[state] == distance else { continue }
                for edge in arrivals[state] {
                    let through = distance + cost(edge)
                    guard through < distances[edge.from] else { continue }
                    distances[edge.from] = through
                    if through == distance { current.append(edge.from) } else { following.append(edge.from) }
                }
            }
            swap(&current, &following)
            distance += 1
        }
        return distances
    }
}
