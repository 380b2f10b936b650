extension Array {
    /// Whether the elements of `run` match elements that stand here side by side, in this order.
    func hasRun<Other>(_ run: [Other], by matches: (Element, Other) -> Bool) -> Bool {
        run.count <= count
            && (0...(count - run.count)).contains { start in self[start...].starts(with: run, prefixBy: matches) }
    }
}

extension ArraySlice {
    fileprivate func starts<Other>(with run: [Other], prefixBy matches: (Element, Other) -> Bool) -> Bool {
        zip(self, run).allSatisfy(matches)
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
