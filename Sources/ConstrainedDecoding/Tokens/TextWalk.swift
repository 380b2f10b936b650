import Synchronization

/// What a vocabulary can do from one state inside a text, whatever stands around the text.
///
/// Many tokens may follow inside a text, and which ones does not depend on the rest of the grammar; so this is computed
/// once for a vocabulary and state. Two things do depend on the place: how long the text may still be, which takes
/// away the tokens that are too long, and what follows the closing quote, for which the walk goes on at `exits`.
final class TextWalk: Sendable {
    struct State: Sendable, Hashable {
        let automaton: ByteAutomaton
        let state: ByteAutomaton.State
        /// Whether some token may be too long; else what tokens cost is not kept.
        let isCounted: Bool

        /// - Parameter remaining: characters that may still be written.
        init(_ automaton: ByteAutomaton, _ state: ByteAutomaton.State, remaining: Int) {
            self.automaton = automaton
            self.state = state
            isCounted = remaining < TokenTable.maximumTokenBytes + automaton.largestScalarDistance
        }
    }

    /// A node that is reached by the closing quote.
    struct Exit: Sendable {
        let node: Int
        /// Characters that begin before the quote.
        let cost: Int
        /// The tokens that end with the quote.
        let tokens: ArraySlice<Int32>
        /// The bytes that some token has after the quote.
        let following: ByteSet
    }

    /// The tokens that stay inside the text.
    private let inside: [UInt32]
    /// Those and the tokens that end with the closing quote.
    private let whole: [UInt32]
    /// The nodes with tokens that end with the closing quote.
    let closers: [Exit]
    /// The nodes at which a token goes on after the closing quote.
    let exits: [Exit]
    /// The tokens of `inside`, those of cost `c` at `firstToken[c]..<firstToken[c + 1]`: the characters that begin in a
    /// token and those that must follow it.
    private let tokens: [Int32]
    private let firstToken: [Int]
    /// The greatest cost of a token or closer.
    private let maximumCost: Int
    /// Tokens that stay inside the text, by the characters that may still be written.
    private let limited = Mutex<[Int: [UInt32]]>([:])

    init(from state: State, trie: TokenTrie, wordCount: Int) {
        var reach = Reach(wordCount: wordCount, depth: trie.maximumDepth)
        reach.follow(trie, state)
        whole = zip(reach.inside, reach.closing).map { $0 | $1 }
        inside = reach.inside
        closers = reach.closers
        exits = reach.exits
        (tokens, firstToken) = reach.tokensByCost()
        maximumCost = state.isCounted ? max(firstToken.count - 2, closers.map(\.cost).max() ?? 0) : 0
    }

    /// Bytes that this takes in memory at most, about.
    var sizeBytes: Int {
        let masks = tokens.count > Self.fewTokens ? 2 + Self.limitedLengths : 2
        return (masks * whole.count + tokens.count) * 4 + firstToken.count * 8
            + (exits.count + closers.count) * MemoryLayout<Exit>.stride
    }

    /// Allows the tokens that stay inside a text or close it where so many characters must and may still be written.
    func write(needed: Int, remaining: Int, into words: inout [UInt32]) {
        let fitting = fittingTokens(remaining)
        if needed <= 0 && tokens.count - fitting <= Self.fewTokens {
            // Nearly everything fits: this takes away what does not.
            guard remaining < maximumCost else { return words.formUnion(whole) }
            var bits = whole
            for token in tokens[fitting...] { bits.forbid(token) }
            for closer in closers where closer.cost > remaining { closer.tokens.forEach { bits.forbid($0) } }
            words.formUnion(bits)
        } else {
            writeInside(fitting, remaining, into: &words)
            for closer in closers where closer.cost >= needed && closer.cost <= remaining {
                closer.tokens.forEach { words.allow($0) }
            }
        }
    }

    private func writeInside(_ fitting: Int, _ remaining: Int, into words: inout [UInt32]) {
        guard fitting < tokens.count else { return words.formUnion(inside) }
        if let known = limited.withLock({ $0[remaining] }) { return words.formUnion(known) }
        var bits = [UInt32](repeating: 0, count: inside.count)
        for token in tokens[..<fitting] { bits.allow(token) }
        // Greater lengths leave few tokens out and do not come here often.
        if remaining < Self.limitedLengths { limited.withLock { $0[remaining] = bits } }
        words.formUnion(bits)
    }

    /// Tokens up to this cost, as a prefix of `tokens`.
    private func fittingTokens(_ cost: Int) -> Int { firstToken[min(cost + 1, firstToken.count - 1)] }

    /// So many tokens are taken out of a mask one by one.
    private static let fewTokens = 4096
    /// Lengths for which masks are remembered.
    private static let limitedLengths = 20
}

/// What a walk over the whole trie finds.
private struct Reach {
    var inside: [UInt32]
    var closing: [UInt32]
    var closers: [TextWalk.Exit] = []
    var exits: [TextWalk.Exit] = []
    /// The tokens that stay inside, and the cost of each.
    private var found: [Int32] = []
    private var costs: [UInt16] = []
    /// The state and cost at each depth of the path.
    private var states: [ByteAutomaton.State]
    private var costsByDepth: [Int]

    init(wordCount: Int, depth: Int) {
        inside = [UInt32](repeating: 0, count: wordCount)
        closing = inside
        states = [ByteAutomaton.State](repeating: ByteAutomaton.start, count: depth + 1)
        costsByDepth = [Int](repeating: 0, count: depth + 1)
    }

    mutating func follow(_ trie: TokenTrie, _ state: TextWalk.State) {
        let automaton = state.automaton
        // Copies without cost: what is reached through an object would be retained at each of half a million nodes.
        let (nodes, firstToken, tokens) = (trie.nodes, trie.firstToken, trie.tokens)
        let (table, classes, distances) = (automaton.table, automaton.classes, automaton.scalarDistance)
        let (isLeaf, isBoundary) = (automaton.isLeaf, automaton.isBoundary)
        let classCount = automaton.classCount
        states[0] = state.state
        var index = 0
        while index < nodes.count {
            let node = nodes[index]
            let depth = Int(node.depth)
            let before = Int(states[depth - 1])
            let next = table[before &* classCount &+ Int(classes[Int(node.byte)])]
            guard next != ByteAutomaton.dead else {
                index = Int(node.next)
                continue
            }
            let ending = Int(firstToken[index])..<Int(firstToken[index + 1])
            guard !(automaton.isQuoted && isLeaf[Int(next)]) else {
                let following = ByteSet(trie.childBytes[trie.children(of: index)])
                let exit = TextWalk.Exit(
                    node: index, cost: costsByDepth[depth - 1], tokens: tokens[ending], following: following)
                if !ending.isEmpty { closers.append(exit) }
                for token in exit.tokens { closing.allow(token) }
                if Int(node.next) > index + 1 { exits.append(exit) }
                index = Int(node.next)
                continue
            }
            let cost = costsByDepth[depth - 1] &+ (isBoundary[before] ? 1 : 0)
            states[depth] = next
            costsByDepth[depth] = cost
            for position in ending {
                inside.allow(tokens[position])
                guard state.isCounted else { continue }
                found.append(tokens[position])
                costs.append(UInt16(clamping: cost &+ distances[Int(next)]))
            }
            index += 1
        }
    }

    /// The tokens that stay inside in the order of their costs, and where those of each cost begin (counting sort).
    func tokensByCost() -> (tokens: [Int32], firstToken: [Int]) {
        var firstToken = [Int](repeating: 0, count: Int(costs.max() ?? 0) + 2)
        for cost in costs { firstToken[Int(cost) + 1] += 1 }
        for cost in firstToken.indices.dropFirst() { firstToken[cost] += firstToken[cost - 1] }
        var places = firstToken
        var tokens = [Int32](repeating: 0, count: found.count)
        for (token, cost) in zip(found, costs) {
            tokens[places[Int(cost)]] = token
            places[Int(cost)] += 1
        }
        return (tokens, firstToken)
    }
}

extension [UInt32] {
    /// Sets a token's bit in a mask.
    mutating func allow(_ token: Int32) { self[Int(token) >> 5] |= 1 << UInt32(token & 31) }
    /// Clears a token's bit in a mask.
    mutating func forbid(_ token: Int32) { self[Int(token) >> 5] &= ~(1 << UInt32(token & 31)) }
    /// Adds another mask's tokens.
    mutating func formUnion(_ other: [UInt32]) {
        for index in indices { self[index] |= other[index] }
    }
}
