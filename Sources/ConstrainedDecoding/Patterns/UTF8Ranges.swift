/// The UTF-8 forms of Unicode scalars, as sequences of byte ranges.
enum UTF8Ranges {
    /// Sequences that together match exactly the encoded scalars of `range`, which holds no surrogates.
    ///
    /// A range is split until all its scalars have equally many bytes and every byte runs through its range
    /// independently of the others.
    static func sequences(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        var result: [[ClosedRange<UInt8>]] = []
        var pending = [range]
        while let next = pending.popLast() {
            if let middle = splitPoint(next) {
                pending.append((middle + 1)...next.upperBound)
                pending.append(next.lowerBound...middle)
            } else {
                result.append(zip(encoded(next.lowerBound), encoded(next.upperBound)).map { $0...$1 })
            }
        }
        return result
    }

    private static func splitPoint(_ range: ClosedRange<UInt32>) -> UInt32? {
        let (low, high) = (range.lowerBound, range.upperBound)
        for last: UInt32 in [0x7F, 0x7FF, 0xFFFF] where low <= last && last < high { return last }
        guard high > 0x7F else { return nil }
        for bits: UInt32 in [6, 12, 18] {
            let tail = (1 as UInt32) << bits - 1
            guard low & ~tail != high & ~tail else { continue }
            if low & tail != 0 { return low | tail }
            if high & tail != tail { return high & ~tail - 1 }
        }
        return nil
    }

    private static func encoded(_ value: UInt32) -> [UInt8] {
        Unicode.Scalar(value).flatMap { UTF8.encode($0) }.map(Array.init) ?? []
    }
}
