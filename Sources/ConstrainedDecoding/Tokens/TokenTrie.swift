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
    private(set) var firstToken: [Int32] = []
    let tokens: [Int32]
    /// The children of node `i`, by ascending byte, are those at `firstChild[i]..<firstChild[i + 1]` of the two arrays
    /// below; the children of the root stand at the end.
    private let firstChild: [Int32]
    private(set) var childNodes: [Int32] = []
    private(set) var childBytes: [UInt8] = []
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
        var firstChild: [Int32] = []
        for node in nodes.indices.map({ $0 }) + [-1] {
            firstChild.append(Int32(childNodes.count))
            var child = node + 1
            let end = node < 0 ? nodes.count : Int(nodes[node].next)
            while child < end {
                childNodes.append(Int32(child))
                childBytes.append(nodes[child].byte)
                child = Int(nodes[child].next)
            }
        }
        self.firstChild = firstChild + [Int32(childNodes.count)]
    }

    /// The children of a node, or of the root for nil, as a range of ``childNodes`` and ``childBytes``.
    func children(of node: Int?) -> Range<Int> {
        let index = node ?? nodes.count
        return Int(firstChild[index])..<Int(firstChild[index + 1])
    }

    /// The first of some children whose byte is at least `byte`.
    func child(in children: Range<Int>, from byte: UInt8) -> Int {
        var (low, high) = (children.lowerBound, children.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if childBytes[middle] < byte { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The tokens whose text ends at `node`.
    func tokens(at node: Int) -> ArraySlice<Int32> {
        tokens[Int(firstToken[node])..<Int(firstToken[node + 1])]
    }

    /// A token whose text begins with the bytes up to `node`.
    func someToken(below node: Int) -> Int32 { tokens[Int(firstToken[node])] }

    /// A token with exactly this text, nil when there is none.
    func token(of bytes: some Sequence<UInt8>) -> Int32? {
        var node: Int?
        for byte in bytes {
            let children = children(of: node)
            let child = child(in: children, from: byte)
            guard child < children.upperBound, childBytes[child] == byte else { return nil }
            node = Int(childNodes[child])
        }
        return node.flatMap { tokens(at: $0).first }
    }

    /// The bytes that are a token by themselves.
    var singleByteTokens: Set<UInt8> {
        Set(children(of: nil).filter { !tokens(at: Int(childNodes[$0])).isEmpty }.map { childBytes[$0] })
    }
}
