/// How far one rule has come; the meaning of the numbers is the rule's own.
struct Frame: Sendable, Hashable {
    /// Index of the rule, -1 for no frame.
    var rule: Int32
    /// The state of the rule's automaton.
    var state: Int32 = 0
    /// What the rule counts: elements, properties, characters, an integer's magnitude, or the digest of a key.
    var count = 0
    /// In an object the next property, in a key its characters.
    var position: Int32 = 0
    /// In an object the keys that were written and are not named: a node of the ``FrameStack``, -1 for none.
    var keys: Int32 = -1

    static let none = Frame(rule: -1)

    var isNone: Bool { rule < 0 }
}

/// A place in a document: the innermost open rule, and the stack of those around it.
struct Cursor: Sendable, Hashable {
    /// ``Frame/none`` when the document is whole.
    var top: Frame
    /// Index into the ``FrameStack`` of the frame around `top`, -1 for none.
    var below: Int32 = -1
    /// Frames from the outermost to `top`.
    var depth: Int32 = 1

    var isComplete: Bool { top.isNone }
}

/// Frames as linked lists that share their tails, for several cursors at once.
///
/// A token's trial pushes and pops without disturbing the stack it started from: a push adds a node, a pop only moves
/// the cursor. The keys that an object remembers are lists of the same nodes.
struct FrameStack: Sendable {
    private(set) var nodes: [(frame: Frame, below: Int32)] = []

    var count: Int { nodes.count }

    mutating func push(_ frame: Frame, onto cursor: inout Cursor) {
        nodes.append((cursor.top, cursor.below))
        cursor.below = Int32(nodes.count - 1)
        cursor.top = frame
        cursor.depth += 1
    }

    func pop(_ cursor: inout Cursor) {
        cursor.depth -= 1
        guard cursor.below >= 0 else {
            cursor.top = .none
            return
        }
        (cursor.top, cursor.below) = nodes[Int(cursor.below)]
    }

    /// The frame around the cursor's own.
    func parent(of cursor: Cursor) -> Frame { cursor.below < 0 ? .none : nodes[Int(cursor.below)].frame }

    /// Adds a key to the list `keys` and gives the longer list.
    mutating func remember(_ key: KeyDigest, in keys: Int32) -> Int32 {
        nodes.append((Frame(rule: -1, state: Int32(key.count), count: key.hash), keys))
        return Int32(nodes.count - 1)
    }

    /// Whether the list `keys` holds a key.
    func remembers(_ key: KeyDigest, in keys: Int32) -> Bool {
        var index = keys
        while index >= 0 {
            let node = nodes[Int(index)]
            if node.frame.count == key.hash && Int(node.frame.state) == key.count { return true }
            index = node.below
        }
        return false
    }

    /// The lengths of the keys of the list `keys`.
    func lengths(in keys: Int32) -> KeyLengths {
        var lengths = KeyLengths()
        var index = keys
        while index >= 0 {
            lengths.insert(Int(nodes[Int(index)].frame.state))
            index = nodes[Int(index)].below
        }
        return lengths
    }

    /// Forgets what was pushed since `count` was read.
    mutating func truncate(to count: Int) {
        nodes.removeLast(nodes.count - count)
    }

    /// Keeps only what some cursors still reach.
    mutating func compact(_ cursors: inout [Cursor]) {
        var numbers = [Int32](repeating: -1, count: nodes.count)
        func mark(_ index: Int32) {
            if index >= 0 { numbers[Int(index)] = 0 }
        }
        for cursor in cursors {
            mark(cursor.below)
            mark(cursor.top.keys)
        }
        // A node refers to earlier ones only.
        for index in nodes.indices.reversed() where numbers[index] == 0 {
            mark(nodes[index].below)
            mark(nodes[index].frame.keys)
        }
        func renumbered(_ index: Int32) -> Int32 { index < 0 ? -1 : numbers[Int(index)] }
        var kept = 0
        for index in nodes.indices where numbers[index] == 0 {
            numbers[index] = Int32(kept)
            var node = nodes[index]
            node.below = renumbered(node.below)
            node.frame.keys = renumbered(node.frame.keys)
            nodes[kept] = node
            kept += 1
        }
        nodes.removeLast(nodes.count - kept)
        for index in cursors.indices {
            cursors[index].below = renumbered(cursors[index].below)
            cursors[index].top.keys = renumbered(cursors[index].top.keys)
        }
    }
}
