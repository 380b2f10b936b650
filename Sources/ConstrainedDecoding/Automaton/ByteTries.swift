/// Byte tries of several sets of texts in one pool: the alternatives of an `enum`, or the keys of an object.
struct ByteTries: Sendable {
    private struct Node {
        var edges: Range<Int32> = 0..<0
        /// The number of the text that ends here, -1 for none.
        var text: Int32 = -1
        /// Bytes from the root to here.
        var depth: Int32 = 0
        /// Bytes to the nearest end.
        var distance: Int32 = 0
        /// The texts that pass through here or end here, as a range of `members`.
        var members: Range<Int32> = 0..<0
    }

    private var nodes: [Node] = []
    private var edgeBytes: [UInt8] = []
    private var edgeTargets: [Int32] = []
    private var members: [Int32] = []

    /// Adds a trie of these texts and gives its root. Texts may be prefixes of each other; of equal ones the first counts.
    mutating func add(_ texts: [[UInt8]]) -> Int {
        let sorted = texts.indices.sorted {
            texts[$0] == texts[$1] ? $0 < $1 : texts[$0].lexicographicallyPrecedes(texts[$1])
        }
        let root = nodes.count
        nodes.append(Node())
        var pending = [(node: root, texts: sorted[...], depth: 0)]
        var next = 0
        while next < pending.count {
            let (node, all, depth) = pending[next]
            next += 1
            let first = Int32(members.count)
            members += all.map(Int32.init).sorted()
            nodes[node].members = first..<Int32(members.count)
            nodes[node].depth = Int32(depth)
            var rest = all
            while let text = rest.first, texts[text].count == depth {
                if nodes[node].text < 0 { nodes[node].text = Int32(text) }
                rest.removeFirst()
            }
            let firstEdge = Int32(edgeBytes.count)
            while let text = rest.first {
                let byte = texts[text][depth]
                let group = rest.prefix { texts[$0][depth] == byte }
                rest = rest.dropFirst(group.count)
                edgeBytes.append(byte)
                edgeTargets.append(Int32(nodes.count))
                pending.append((nodes.count, group, depth + 1))
                nodes.append(Node())
            }
            nodes[node].edges = firstEdge..<Int32(edgeBytes.count)
        }
        // Children come after their parents, so their distances are known first this way round.
        for node in (root..<nodes.count).reversed() {
            let below = nodes[node].edges.map { nodes[Int(edgeTargets[Int($0)])].distance }.min() ?? 0
            nodes[node].distance = nodes[node].text >= 0 ? 0 : below + 1
        }
        return root
    }

    func child(of node: Int, on byte: UInt8) -> Int? {
        var edges = nodes[node].edges
        while edges.count > 4 {
            let middle = edges.lowerBound + Int32(edges.count / 2)
            edges = edgeBytes[Int(middle)] <= byte ? middle..<edges.upperBound : edges.lowerBound..<middle
        }
        for edge in edges where edgeBytes[Int(edge)] == byte { return Int(edgeTargets[Int(edge)]) }
        return nil
    }

    /// The number of the text that ends here, nil for none.
    func text(at node: Int) -> Int? {
        let text = nodes[node].text
        return text < 0 ? nil : Int(text)
    }
    /// Whether no text goes on from here.
    func isLeaf(_ node: Int) -> Bool { nodes[node].edges.isEmpty }
    /// Bytes from the root to here.
    func depth(_ node: Int) -> Int { Int(nodes[node].depth) }
    /// Bytes to the nearest end.
    func distance(_ node: Int) -> Int { Int(nodes[node].distance) }
    /// The numbers of the texts that pass through here or end here, ascending.
    func members(_ node: Int) -> ArraySlice<Int32> {
        members[Int(nodes[node].members.lowerBound)..<Int(nodes[node].members.upperBound)]
    }
    /// The bytes with which a text goes on from here.
    func following(_ node: Int) -> ByteSet {
        let edges = nodes[node].edges
        return ByteSet(edgeBytes[Int(edges.lowerBound)..<Int(edges.upperBound)])
    }
    /// Every byte of a text of the pool.
    var usedBytes: ByteSet { ByteSet(edgeBytes) }
}
