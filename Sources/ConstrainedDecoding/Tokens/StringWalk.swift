/// What a vocabulary can do from one state inside a JSON string, whatever stands around the string.
///
/// Nearly all tokens may follow inside a string, and which ones does not depend on the grammar; so this is computed
/// once for a vocabulary and state. Two things do depend on the place: how long the string may still be, which takes
/// away the tokens that are too long, and what follows the closing quote, for which the walk goes on at `exits`.
struct StringWalk: Sendable {
    struct State: Sendable, Hashable {
        let automaton: StringAutomaton.State
        let isPlain: Bool
    }

    /// A node that is reached by the closing quote.
    struct Exit: Sendable {
        let node: Int
        /// Unicode scalars that begin before the quote.
        let cost: Int
    }

    /// The tokens that stay inside the string.
    let bits: [UInt32]
    let exits: [Exit]
    /// The tokens of `bits`, by the Unicode scalars that begin in them.
    private let tokensByCost: [[Int32]]

    init(from state: State, trie: TokenTrie, wordCount: Int) {
        var bits = [UInt32](repeating: 0, count: wordCount)
        var exits: [Exit] = []
        var tokensByCost = [[Int32]](repeating: [], count: trie.maximumDepth + 1)
        var levels = [(state: StringAutomaton.State, cost: Int)](
            repeating: (state.automaton, 0), count: trie.maximumDepth + 1)
        var index = 0
        while index < trie.nodes.count {
            let node = trie.nodes[index]
            let before = levels[Int(node.depth) - 1]
            let next = StringAutomaton.next(before.state, node.byte, isPlain: state.isPlain)
            guard next < StringAutomaton.closed else {
                if next == StringAutomaton.closed { exits.append(Exit(node: index, cost: before.cost)) }
                index = Int(node.next)
                continue
            }
            let cost = before.cost + (StringAutomaton.beginsScalar(from: before.state, to: next) ? 1 : 0)
            levels[Int(node.depth)] = (next, cost)
            for token in trie.tokens(at: index) {
                bits.allow(token)
                tokensByCost[cost].append(token)
            }
            index += 1
        }
        self.bits = bits
        self.exits = exits
        self.tokensByCost = tokensByCost
    }

    /// Writes the tokens that stay inside a string which may have `remaining` more scalars.
    func write(remaining: Int, into words: inout [UInt32]) {
        words.removeAll(keepingCapacity: true)
        words.append(contentsOf: bits)
        for tokens in tokensByCost.dropFirst(remaining + 1) {
            for token in tokens { words.forbid(token) }
        }
    }
}

extension [UInt32] {
    /// Sets a token's bit in a mask.
    mutating func allow(_ token: Int32) { self[Int(token) >> 5] |= 1 << UInt32(token & 31) }
    /// Clears a token's bit in a mask.
    mutating func forbid(_ token: Int32) { self[Int(token) >> 5] &= ~(1 << UInt32(token & 31)) }
}
