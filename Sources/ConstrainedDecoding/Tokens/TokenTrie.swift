/// The texts of a vocabulary as a byte trie in preorder.
///
/// In preorder a subtree is a range of nodes: a walk that meets a byte which cannot follow goes on at ``Node/next``
/// and has thereby ruled out every token with that prefix.
struct TokenTrie: Sendable {
    struct Node: Sendable {
        let byte: UInt8
        /// Bytes from the root to here, 1 for a token's first byte.
        let depth: UInt16
        /// The first node after this one's subtree.
        var next: Int32
    }

    private(set) var nodes: [Node] = []
    /// The tokens that end at node `i` are `tokens[firstToken[i]..<firstToken[i + 1]]`.
    private var firstToken: [Int32] = []
    private let tokens: [Int32]
    /// The greatest depth of a node.
    let maximumDepth: Int

    /// - Parameters:
    ///   - tokens: The ids to put in; each has at least one byte.
    ///   - bytes: The bytes of a token.
    init(tokens ids: [Int32], bytes: (Int32) -> ArraySlice<UInt8>) {
        tokens = ids.sorted {
            let (left, right) = (bytes($0), bytes($1))
            return left.elementsEqual(right) ? $0 < $1 : left.lexicographicallyPrecedes(right)
        }
        var path: [Int] = []
        var previous: ArraySlice<UInt8> = []
        var deepest = 0
        for (position, token) in tokens.enumerated() {
            let text = bytes(token)
            let shared = zip(previous, text).prefix { $0 == $1 }.count
            while path.count > shared { nodes[path.removeLast()].next = Int32(nodes.count) }
            for byte in text.dropFirst(shared) {
                path.append(nodes.count)
                nodes.append(Node(byte: byte, depth: UInt16(path.count), next: 0))
                firstToken.append(Int32(position))
            }
            deepest = max(deepest, path.count)
            previous = text
        }
        while let node = path.popLast() { nodes[node].next = Int32(nodes.count) }
        firstToken.append(Int32(tokens.count))
        maximumDepth = deepest
    }

    /// The nodes below `node`.
    func descendants(of node: Int) -> Range<Int> { (node + 1)..<Int(nodes[node].next) }

    /// The tokens whose text ends at `node`.
    func tokens(at node: Int) -> ArraySlice<Int32> {
        tokens[Int(firstToken[node])..<Int(firstToken[node + 1])]
    }
}
