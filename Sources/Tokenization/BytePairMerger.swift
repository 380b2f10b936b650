/// Byte pair encoding of one word after another, with scratch space that is kept between words.
///
/// A linked list of symbols and a heap of possible merges make a word of n bytes cost O(n log n); the plain method, which
/// looks at every pair after each merge, is quadratic, and a log line without spaces can be 100 kB long.
struct BytePairMerger {
    private struct Symbol {
        /// The token, or -1 once it has been merged into the symbol before it.
        var token: Int32
        var previous: Int32
        var next: Int32
    }

    private struct Candidate {
        /// Rank, then position: the lowest rank first, of equal ranks the leftmost.
        let order: UInt64
        let left: Int32
        let right: Int32
        let result: Int32

        var position: Int { Int(UInt32(truncatingIfNeeded: order)) }
    }

    private static let end: Int32 = -1
    private static let merged: Int32 = -1

    private let table: MergeTable
    private var symbols: [Symbol] = []
    private var heap: [Candidate] = []

    init(_ table: MergeTable) { self.table = table }

    /// Appends the tokens of a word.
    ///
    /// - Parameter word: at most `Int32.max` bytes.
    mutating func encode(_ word: ArraySlice<UInt8>, into tokens: inout [Int32]) {
        symbols.removeAll(keepingCapacity: true)
        heap.removeAll(keepingCapacity: true)
        let last = Int32(word.count - 1)
        for (position, byte) in word.enumerated() {
            let position = Int32(position)
            symbols.append(
                Symbol(
                    token: table.byteTokens[Int(byte)], previous: position - 1,
                    next: position == last ? Self.end : position + 1))
        }
        for position in symbols.indices { propose(at: position) }
        while let candidate = pop() { apply(candidate) }
        for symbol in symbols where symbol.token != Self.merged { tokens.append(symbol.token) }
    }

    /// Puts the merge of a symbol with its successor on the heap, if there is one.
    private mutating func propose(at position: Int) {
        let symbol = symbols[position]
        guard symbol.next != Self.end else { return }
        let right = symbols[Int(symbol.next)].token
        guard let merge = table[symbol.token, right] else { return }
        push(
            Candidate(
                order: UInt64(merge.rank) << 32 | UInt64(position), left: symbol.token, right: right,
                result: merge.result))
    }

    private mutating func apply(_ candidate: Candidate) {
        let position = candidate.position
        let symbol = symbols[position]
        // Either symbol may have been merged away or grown since the candidate was found.
        guard symbol.token == candidate.left, symbol.next != Self.end else { return }
        let right = symbols[Int(symbol.next)]
        guard right.token == candidate.right else { return }

        symbols[Int(symbol.next)].token = Self.merged
        symbols[position].token = candidate.result
        symbols[position].next = right.next
        if right.next != Self.end { symbols[Int(right.next)].previous = Int32(position) }
        propose(at: position)
        if symbol.previous != Self.end { propose(at: Int(symbol.previous)) }
    }

    private mutating func push(_ candidate: Candidate) {
        var child = heap.count
        heap.append(candidate)
        while child > 0 {
            let parent = (child - 1) / 2
            guard candidate.order < heap[parent].order else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = candidate
    }

    private mutating func pop() -> Candidate? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].order < heap[child].order { child += 1 }
            guard heap[child].order < last.order else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return first
    }
}
