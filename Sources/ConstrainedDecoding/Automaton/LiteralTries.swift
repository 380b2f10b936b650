/// The alternatives of every `enum` and `const` of a grammar, as byte tries in one pool.
struct LiteralTries: Sendable {
    private struct Node {
        var isEnd = false
        var edges: [UInt8: Int] = [:]
    }

    private var nodes: [Node] = []

    /// Adds a trie of these texts and gives its root. Texts may be prefixes of each other.
    mutating func add(_ texts: [[UInt8]]) -> Int {
        let root = addNode()
        for text in texts {
            var node = root
            for byte in text {
                if let next = nodes[node].edges[byte] {
                    node = next
                } else {
                    let next = addNode()
                    nodes[node].edges[byte] = next
                    node = next
                }
            }
            nodes[node].isEnd = true
        }
        return root
    }

    func child(of node: Int, on byte: UInt8) -> Int? { nodes[node].edges[byte] }
    /// Whether a text ends here.
    func isEnd(_ node: Int) -> Bool { nodes[node].isEnd }
    /// Whether no text goes on from here.
    func isLeaf(_ node: Int) -> Bool { nodes[node].edges.isEmpty }

    private mutating func addNode() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }
}
