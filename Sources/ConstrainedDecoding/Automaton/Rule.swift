/// What a part of a document looks like, by index into the pools of its ``Grammar``.
///
/// Rules hold indices and ranges only, so that taking a step copies no arrays.
enum Rule: Sendable {
    /// Parts one after another: an object is its keys and punctuation with the rules of its values between.
    case sequence(parts: Range<Int>)
    /// `[`, elements with `,` between them, `]`.
    case repeated(item: Int, count: ClosedRange<Int>)
    case string(length: ClosedRange<Int>, isPlain: Bool)
    /// One of the texts of a trie in ``LiteralTries``.
    case literals(root: Int)
    case integer(ClosedRange<Int>)
    case number
}

/// A part of ``Rule/sequence(parts:)``.
enum SequencePart: Sendable {
    /// These bytes of the grammar's text pool.
    case bytes(Range<Int>)
    case rule(Int)
}

/// How far one rule has come; the meaning of the two numbers is the rule's own.
struct Frame: Sendable, Hashable {
    var rule: Int
    /// The state of the rule's automaton; in a sequence the index of the part.
    var state = 0
    /// What the rule counts: bytes of a part, elements, scalars, digits, or an integer's magnitude.
    var count = 0
}

/// A place in a document: the innermost open rule, and the stack of those around it.
struct Cursor: Sendable, Hashable {
    /// Nil when the document is whole.
    var top: Frame?
    /// Index into the ``FrameStack`` of the frame around `top`, -1 for none.
    var below = -1
}

/// Frames as linked lists that share their tails.
///
/// A token's trial pushes and pops without disturbing the stack it started from: a push adds a node, a pop only moves
/// the cursor. Several alternatives at one time (`anyOf`) would be several cursors over one such stack.
struct FrameStack: Sendable {
    private var nodes: [(frame: Frame, below: Int)] = []

    var count: Int { nodes.count }

    mutating func push(_ frame: Frame, onto cursor: inout Cursor) {
        if let top = cursor.top {
            nodes.append((top, cursor.below))
            cursor.below = nodes.count - 1
        }
        cursor.top = frame
    }

    func pop(_ cursor: inout Cursor) {
        guard cursor.below >= 0 else {
            cursor.top = nil
            return
        }
        (cursor.top, cursor.below) = nodes[cursor.below]
    }

    /// Forgets what was pushed since `count` was read.
    mutating func truncate(to count: Int) {
        nodes.removeLast(nodes.count - count)
    }

    /// Keeps only what `cursor` still reaches.
    mutating func compact(_ cursor: inout Cursor) {
        var live: [Frame] = []
        var index = cursor.below
        while index >= 0 {
            live.append(nodes[index].frame)
            index = nodes[index].below
        }
        nodes.removeAll(keepingCapacity: true)
        cursor.below = -1
        for frame in live.reversed() {
            nodes.append((frame, cursor.below))
            cursor.below = nodes.count - 1
        }
    }
}
