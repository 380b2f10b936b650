/// A walk over the vocabulary's trie along all that may follow from a place.
struct TrieWalk {
    /// The children of one node of the path, and the places that its bytes lead to.
    private struct Level {
        var next: Int
        let end: Int
        let places: Range<Int>
        let stackCount: Int
        let following: ByteSet
    }

    private let book: RuleBook
    private let trie: TokenTrie
    private var stack: FrameStack
    private var levels: [Level] = []
    /// The places of all levels, one level after another.
    private var places: [Cursor] = []

    init(book: RuleBook, trie: TokenTrie, stack: FrameStack) {
        self.book = book
        self.trie = trie
        self.stack = stack
    }

    /// Allows the tokens below a node, or all of the trie for nil, that may follow from the place of that node.
    ///
    /// - Parameter key: is remembered in the object whose property that place is in.
    mutating func allow(
        below node: Int?, from start: Cursor, with key: KeyDigest? = nil, _ words: inout [UInt32]
    ) {
        let stackCount = stack.count
        var start = start
        if let key { start.top.keys = stack.remember(key, in: start.top.keys) }
        places.append(start)
        descend(to: node, from: 0)
        while let level = levels.last {
            guard let child = nextChild() else {
                levels.removeLast()
                continue
            }
            places.removeLast(places.count - level.places.upperBound)
            stack.truncate(to: level.stackCount)
            for place in level.places { book.advance(places[place], trie.childBytes[child], &stack, into: &places) }
            let found = places.count - level.places.upperBound
            guard found > 0 else { continue }
            if found > SchemaLimits.readings { places.removeLast(found - SchemaLimits.readings) }
            let node = Int(trie.childNodes[child])
            for token in trie.tokens(at: node) { words.allow(token) }
            descend(to: node, from: level.places.upperBound)
        }
        places.removeAll(keepingCapacity: true)
        stack.truncate(to: stackCount)
    }

    private mutating func descend(to node: Int?, from firstPlace: Int) {
        let children = trie.children(of: node)
        guard !children.isEmpty else { return }
        var following = ByteSet()
        for place in firstPlace..<places.count { following.formUnion(book.following(places[place], stack)) }
        levels.append(
            Level(
                next: children.lowerBound, end: children.upperBound, places: firstPlace..<places.count,
                stackCount: stack.count, following: following))
    }

    /// Moves the last level on to its next child with a byte that may follow.
    private mutating func nextChild() -> Int? {
        let last = levels.count - 1
        let level = levels[last]
        guard level.next < level.end, let byte = level.following.next(from: trie.childBytes[level.next]) else {
            return nil
        }
        var child = level.next
        if trie.childBytes[child] != byte { child = trie.child(in: child..<level.end, from: byte) }
        guard child < level.end else { return nil }
        levels[last].next = child + 1
        guard trie.childBytes[child] != byte else { return child }
        // No child has that byte; the next one that may follow comes after it.
        levels[last].next = child
        return nextChild()
    }
}
