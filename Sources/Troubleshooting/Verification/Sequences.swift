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
    /// Length of the longest common subsequence; time is the product of the counts of common elements.
    func commonSubsequenceCount(_ other: [Element]) -> Int {
        let left = filter(Set(other).contains)
        let right = other.filter(Set(left).contains)
        var row = [Int](repeating: 0, count: right.count + 1)
        for element in left {
            var diagonal = 0
            for (index, candidate) in right.enumerated() {
                let above = row[index + 1]
                row[index + 1] = candidate == element ? diagonal + 1 : Swift.max(above, row[index])
                diagonal = above
            }
        }
        return row[right.count]
    }
}
