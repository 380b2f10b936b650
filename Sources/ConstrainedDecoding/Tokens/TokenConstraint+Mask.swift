extension TokenConstraint {
    /// Writes which tokens may come next: bit `i % 32` of word `i / 32` for token `i`.
    ///
    /// - Parameter words: Gets ``TokenTable/maskWordCount`` words, whatever it had; its storage is used again.
    public func mask(into words: inout [UInt32]) {
        words.removeAll(keepingCapacity: true)
        words.append(contentsOf: repeatElement(0, count: tokens.maskWordCount))
        var walk = TrieWalk(book: grammar.book, trie: tokens.trie, stack: stack)
        for cursor in cursors where !cursor.isComplete {
            if let text = OpenText(cursor, grammar.book, stack) {
                allow(text, cursor, &walk, &words)
            } else {
                walk.allow(below: nil, from: cursor, &words)
            }
        }
        if mayEnd {
            for token in tokens.endOfGeneration { words.allow(token) }
        }
    }

    /// Allows the tokens that stay inside a text, that close it, and that go on after it.
    private func allow(_ text: OpenText, _ cursor: Cursor, _ walk: inout TrieWalk, _ words: inout [UInt32]) {
        let known = tokens.textWalk(from: text.state)
        var outside = cursor
        stack.pop(&outside)
        let following = grammar.book.following(outside, stack)
        guard let object = text.keyOf else {
            known.write(needed: text.needed, remaining: text.remaining, into: &words)
            for exit in known.exits where exit.following.intersects(following) && text.fits(exit) {
                walk.allow(below: exit.node, from: outside, &words)
            }
            return
        }
        // In a mask of its own, since a key that is taken here may be what another reading of the text writes.
        var own = [UInt32](repeating: 0, count: words.count)
        known.write(needed: text.needed, remaining: text.remaining, into: &own)
        let taken = grammar.book.takenLengths(cursor, object, stack)
        for closer in known.closers where taken.mayContain(Int(cursor.top.position) + closer.cost) {
            guard !grammar.book.mayClose(key: key(cursor, closer), cursor, object, stack) else { continue }
            for token in closer.tokens { own.forbid(token) }
        }
        words.formUnion(own)
        for exit in known.exits where exit.following.intersects(following) && text.fits(exit) {
            let key = key(cursor, exit)
            guard grammar.book.mayClose(key: key, cursor, object, stack) else { continue }
            walk.allow(below: exit.node, from: outside, with: key, &words)
        }
    }

    /// The key that is written where the key at `cursor` is closed by a token.
    private func key(_ cursor: Cursor, _ exit: TextWalk.Exit) -> KeyDigest {
        let depth = Int(tokens.trie.nodes[exit.node].depth)
        let bytes = tokens.bytes(of: tokens.trie.someToken(below: exit.node)).prefix(depth - 1)
        return KeyDigest(
            hash: bytes.reduce(cursor.top.count) { KeyDigest.adding($1, to: $0) },
            count: Int(cursor.top.position) + exit.cost)
    }
}

/// A text that a cursor is inside of.
private struct OpenText {
    let state: TextWalk.State
    /// Characters that must and may still be written.
    let needed: Int
    let remaining: Int
    /// The object whose key it is, nil for a value.
    let keyOf: Int?

    /// Whether the text has an allowed length where it is closed there.
    func fits(_ exit: TextWalk.Exit) -> Bool { exit.cost >= needed && exit.cost <= remaining }

    init?(_ cursor: Cursor, _ book: RuleBook, _ stack: FrameStack) {
        let top = cursor.top
        let automaton: ByteAutomaton
        switch book.rules[Int(top.rule)] {
        case .text(let number, let length):
            needed = length.lowerBound - top.count
            remaining = length.upperBound - top.count
            keyOf = nil
            automaton = book.automata[number]
        case .key(let object):
            needed = 1 - Int(top.position)
            remaining = book.keyLength(cursor, object, stack) - Int(top.position)
            keyOf = object
            automaton = .plainString
        default: return nil
        }
        let state = ByteAutomaton.State(truncatingIfNeeded: top.state)
        self.state = TextWalk.State(automaton, state, remaining: remaining)
    }
}
