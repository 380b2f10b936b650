/// Holds the tokens of one generation to a ``Grammar``.
///
/// A token is allowed when the text so far with the token's bytes after it is the beginning of some document of the
/// grammar; a token may cross any number of values, keys and punctuation and may end inside a character. There is
/// always an allowed token: the grammar has no dead ends and ``init(grammar:tokens:)`` checks that the vocabulary has
/// none.
public struct TokenConstraint: Sendable {
    /// Bytes that ``forcedBytes()`` gives at most at a time.
    public static let maximumForcedBytes = 4096

    private let grammar: Grammar
    private let tokens: TokenTable
    private var cursor: Cursor
    private var stack = FrameStack()

    /// - Throws: ``ConstraintError/Code/badVocabulary`` when a byte that the grammar writes is no token by itself, so
    ///   that generation could get stuck.
    public init(grammar: Grammar, tokens: TokenTable) throws(ConstraintError) {
        let single = tokens.singleByteTokens
        let missing = grammar.usedBytes.filter { !single.contains($0) }
        guard missing.isEmpty else {
            let shown = missing.prefix(8).map(JSONText.display).joined(separator: ", ")
            throw ConstraintError(
                code: .badVocabulary, token: nil, detail: "\(missing.count) bytes have no token of their own: \(shown)")
        }
        self.grammar = grammar
        self.tokens = tokens
        cursor = grammar.start
    }

    /// Whether the document is whole and only an end-of-generation token may follow.
    public var isComplete: Bool { cursor.top == nil }

    /// Whether an end-of-generation token may follow.
    ///
    /// This comes before ``isComplete`` only where the document is a bare number or literal that could also go on.
    public var mayEnd: Bool { grammar.mayEnd(cursor, stack) }

    /// Goes on by one token.
    ///
    /// - Throws: ``ConstraintError``; the constraint is then as before.
    public mutating func advance(_ token: Int32) throws(ConstraintError) {
        guard (0..<tokens.vocabularyCount).contains(Int(token)) else {
            throw ConstraintError(
                code: .unknownToken, token: token, detail: "the vocabulary has \(tokens.vocabularyCount)")
        }
        if tokens.endOfGeneration.contains(token) {
            guard mayEnd else {
                throw ConstraintError(code: .notAllowed, token: token, detail: "the document is not complete")
            }
            cursor = Cursor(top: nil)
            return
        }
        let bytes = tokens.bytes(of: token)
        guard (1...TokenTable.maximumTokenBytes).contains(bytes.count) else {
            throw ConstraintError(code: .notAllowed, token: token, detail: "\(bytes.count) bytes of text")
        }
        var trial = (cursor: cursor, stack: stack)
        for (place, byte) in bytes.enumerated() where !grammar.advance(&trial.cursor, &trial.stack, byte) {
            throw ConstraintError(
                code: .notAllowed, token: token, detail: "its byte \(place), \(JSONText.display(byte)), cannot follow")
        }
        trial.stack.compact(&trial.cursor)
        (cursor, stack) = trial
    }

    /// Whether a token may come next.
    public func allows(_ token: Int32) -> Bool { acceptedPrefix(of: CollectionOfOne(token)) == 1 }

    /// How many of some proposed tokens may follow one after another.
    public func acceptedPrefix(of proposed: some Sequence<Int32>) -> Int {
        var trial = self
        var count = 0
        for token in proposed {
            guard (try? trial.advance(token)) != nil else { break }
            count += 1
        }
        return count
    }

    /// Writes which tokens may come next: bit `i % 32` of word `i / 32` for token `i`.
    ///
    /// - Parameter words: Gets ``TokenTable/maskWordCount`` words, whatever it had; its storage is used again.
    public func mask(into words: inout [UInt32]) {
        if case (let string, let state)? = openString {
            let walk = tokens.stringWalk(from: state)
            let remaining = string.length.upperBound - string.count
            walk.write(remaining: remaining, into: &words)
            allowAfterString(walk, needed: string.length.lowerBound - string.count, remaining: remaining, &words)
        } else {
            words.removeAll(keepingCapacity: true)
            words.append(contentsOf: repeatElement(0, count: tokens.maskWordCount))
            var search = Search(levels: tokens.trie.maximumDepth + 1, stack: stack)
            allow(0..<tokens.trie.nodes.count, below: 0, from: cursor, &search, &words)
        }
        if mayEnd {
            for token in tokens.endOfGeneration { words.allow(token) }
        }
    }

    /// The bytes that must come next: the longest text that every document with this beginning goes on with.
    ///
    /// Empty where there is a choice or the document is whole. What a tokenizer makes of these bytes is always
    /// accepted, but its last token may be another than the one the model would have written across the boundary.
    public func forcedBytes() -> [UInt8] {
        var place = (cursor: cursor, stack: stack)
        var forced: [UInt8] = []
        while forced.count < Self.maximumForcedBytes, !grammar.mayEnd(place.cursor, place.stack) {
            var only: (byte: UInt8, after: (cursor: Cursor, stack: FrameStack))?
            for byte in grammar.usedBytes {
                var trial = place
                guard grammar.advance(&trial.cursor, &trial.stack, byte) else { continue }
                guard only == nil else { return forced }
                only = (byte, trial)
            }
            guard let only else { break }
            forced.append(only.byte)
            place = only.after
        }
        return forced
    }
}

extension TokenConstraint {
    /// What a walk over the trie needs: the place after each depth of its path, and the stack of those places.
    private struct Search {
        var levels: [Cursor]
        var stack: FrameStack

        init(levels count: Int, stack: FrameStack) {
            levels = [Cursor](repeating: Cursor(top: nil), count: count)
            self.stack = stack
        }
    }

    /// The string that the document is inside of, if any.
    private var openString: (string: (length: ClosedRange<Int>, count: Int), state: StringWalk.State)? {
        guard let top = cursor.top, top.state != StringState.start,
            case .string(let length, let isPlain) = grammar.rules[top.rule]
        else { return nil }
        let state = StringWalk.State(automaton: StringState.automaton(top.state), isPlain: isPlain)
        return ((length, top.count), state)
    }

    /// Allows the tokens that close the open string, alone or with what may follow it.
    private func allowAfterString(_ walk: StringWalk, needed: Int, remaining: Int, _ words: inout [UInt32]) {
        var outside = cursor
        stack.pop(&outside)
        var search = Search(levels: tokens.trie.maximumDepth + 1, stack: stack)
        for exit in walk.exits where exit.cost >= needed && exit.cost <= remaining {
            for token in tokens.trie.tokens(at: exit.node) { words.allow(token) }
            let below = Int(tokens.trie.nodes[exit.node].depth)
            allow(tokens.trie.descendants(of: exit.node), below: below, from: outside, &search, &words)
        }
    }

    /// Allows the tokens among `nodes` that may follow from `start`, the place of the node at depth `below` over them.
    private func allow(
        _ nodes: Range<Int>, below: Int, from start: Cursor, _ search: inout Search, _ words: inout [UInt32]
    ) {
        let used = search.stack.count
        search.levels[below] = start
        var index = nodes.lowerBound
        while index < nodes.upperBound {
            let node = tokens.trie.nodes[index]
            var place = search.levels[Int(node.depth) - 1]
            guard grammar.advance(&place, &search.stack, node.byte) else {
                index = Int(node.next)
                continue
            }
            search.levels[Int(node.depth)] = place
            for token in tokens.trie.tokens(at: index) { words.allow(token) }
            index += 1
        }
        search.stack.truncate(to: used)
    }
}
