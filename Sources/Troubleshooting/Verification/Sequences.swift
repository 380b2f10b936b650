extension Array where Element: Equatable {
    /// All elements occur in `other`, in this order, others between them or not.
    func isSubsequence(of other: [Element]) -> Bool {
        var rest = other[...]
        for element in self {
            guard let index = rest.firstIndex(of: element) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }

    /// The elements stand in `other` in this order, side by side.
    func isRun(of other: [Element]) -> Bool {
        if isEmpty { return true }
        guard count <= other.count else { return false }
        return (0...(other.count - count)).contains { other[$0..<$0 + count].elementsEqual(self) }
    }
}

extension Array where Element: Hashable {
    /// Length of the longest common subsequence; time is the product of both lengths.
    func commonSubsequenceCount(_ other: [Element]) -> Int {
        guard !isEmpty, !other.isEmpty else { return 0 }
        let known = Set(self)
        guard other.contains(where: known.contains) else { return 0 }
        var row = [Int](repeating: 0, count: other.count + 1)
        for element in self {
            var diagonal = 0
            for (index, candidate) in other.enumerated() {
                let above = row[index + 1]
                row[index + 1] = candidate == element ? diagonal + 1 : Swift.max(above, row[index])
                diagonal = above
            }
        }
        return row[other.count]
    }
}
