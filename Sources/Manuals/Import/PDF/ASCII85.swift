/// Reads ASCII base-85 text (ISO 32000-1, 7.4.3): five characters from `!` to `u` stand for four bytes, `z` for four
/// zeros, blanks for nothing; `~>` ends it.
enum ASCII85 {
    /// - Parameter limit: bytes, after which it stops.
    /// - Returns: what stands before the end mark; nil where a character or a group is no base 85, or no mark follows.
    static func decode(_ text: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var group: [UInt32] = []
        for character in text {
            if bytes.count >= limit { return bytes }
            switch character {
            case 0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x20: continue
            case UInt8(ascii: "z") where group.isEmpty: bytes += [0, 0, 0, 0]
            case UInt8(ascii: "!")...UInt8(ascii: "u"):
                group.append(UInt32(character - UInt8(ascii: "!")))
                guard group.count == 5 else { continue }
                guard let four = value(group) else { return nil }
                bytes += four
                group = []
            case UInt8(ascii: "~"):
                if group.isEmpty { return bytes }
                guard group.count > 1, let four = value(group + [UInt32](repeating: 84, count: 5 - group.count)) else {
                    return nil
                }
                return bytes + four.prefix(group.count - 1)
            default: return nil
            }
        }
        return nil
    }

    /// - Returns: nil when five digits are more than four bytes hold.
    private static func value(_ group: [UInt32]) -> [UInt8]? {
        let value = group.reduce(UInt64(0)) { $0 * 85 + UInt64($1) }
        guard value <= UInt64(UInt32.max) else { return nil }
        return (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
