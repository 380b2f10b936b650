/// The rules of a grammar in flat pools, and what each takes at least.
///
/// A place where a value stands has a *choice*: the rules of which one applies. Choices have the numbers of the
/// schema's nodes. Several rules of a choice that begin alike are followed side by side, a ``Cursor`` each.
struct RuleBook: Sendable {
    var rules: [Rule] = []
    /// The rules of each choice, none where nothing fits.
    var choices: [[Int]] = []
    var objects: [ObjectRule] = []
    var arrays: [ArrayRule] = []
    var automata: [ByteAutomaton] = []
    var integers: [IntegerRule] = []
    var numbers: [NumberRule] = []
    var tries = ByteTries()
    /// The fewest bytes that a rule takes with at most `i` frames, its own counted, at index `i`, by rule. The last row
    /// holds for any more frames. Filled by ``measure()``.
    private(set) var costs: [[Int]] = []
    /// The fewest frames that a rule takes, by rule.
    private(set) var heights: [Int] = []
    /// The fewest frames that one of a choice's rules takes, by choice.
    private(set) var choiceHeights: [Int] = []
    /// The bytes with which each choice may begin.
    private(set) var choiceBytes: [ByteSet] = []

    /// A cost that stands for "cannot be written".
    static let never = 1 << 60
    /// What greater costs are cut to, so that sums stay within 64 bits.
    private static let vast = 1 << 40

    static func sum(_ left: Int, _ right: Int) -> Int { min(left + right, never) }

    /// Finds what each rule takes, adding a frame at a time until nothing changes.
    mutating func measure() {
        costs = [[Int](repeating: Self.never, count: rules.count)]
        for room in 0..<SchemaLimits.depth {
            let row = rules.indices.map { rule in
                let cost = remaining(frame(entering: rule), room: room)
                return cost >= Self.never ? Self.never : min(cost, Self.vast)
            }
            if room > 0 && row == costs[room] { break }
            costs.append(row)
        }
        heights = rules.indices.map { rule in costs.firstIndex { $0[rule] < Self.never } ?? .max }
        choiceHeights = choices.map { $0.map { heights[$0] }.min() ?? .max }
        choiceBytes = choices.map { rules in
            rules.reduce(into: ByteSet()) { if heights[$1] < .max { $0.formUnion(first(of: $1)) } }
        }
    }

    /// The fewest bytes of a choice with at most `room` frames.
    func cost(of choice: Int, room: Int) -> Int {
        let row = costs[min(max(room, 0), costs.count - 1)]
        return choices[choice].reduce(Self.never) { min($0, row[$1]) }
    }

    /// The frame before its rule's first byte.
    func frame(entering rule: Int) -> Frame {
        var frame = Frame(rule: Int32(rule))
        switch rules[rule] {
        case .literals(let root): frame.state = Int32(root)
        case .key:
            frame.state = Int32(ByteAutomaton.insideString)
            frame.count = KeyDigest.empty
        case .object, .array, .text, .integer, .number: break
        }
        return frame
    }

    /// The automata of all texts, those of keys as well, with the characters that each text may have.
    var texts: [(automaton: ByteAutomaton, length: Int)] {
        rules.compactMap { rule in
            switch rule {
            case .text(let automaton, let length): (automata[automaton], length.upperBound)
            case .key(let object): (.plainString, objects[object].additional?.keyLength ?? 0)
            case .object, .array, .literals, .integer, .number: nil
            }
        }
    }

    /// Every byte that some document holds, and perhaps some more of the same kinds.
    var usedBytes: ByteSet {
        var used = tries.usedBytes
        for rule in rules.indices where heights[rule] < .max {
            switch rules[rule] {
            case .object: used.formUnion(ByteSet("{},".utf8))
            case .array: used.formUnion(ByteSet("[],".utf8))
            case .text(let automaton, _): used.formUnion(automata[automaton].usedBytes)
            case .integer, .number: used.formUnion(ByteSet("-.0123456789".utf8))
            case .key:
                used.formUnion(ByteAutomaton.plainString.usedBytes)
                used.insert(UInt8(ascii: ":"))
            case .literals: break
            }
        }
        return used
    }
}
