/// Turns the bytes of tokens, as they come, into text that never breaks inside a character.
///
/// All that it gives out, joined, is what decoding all bytes at once would give.
public struct StreamingDecoder: Sendable {
    /// The start of a character that is not whole yet; at most 3 bytes.
    private var pending: [UInt8] = []

    public init() {}

    /// Takes more bytes and gives the characters that are now whole; bytes that can be no UTF-8 become U+FFFD.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> String {
        pending.append(contentsOf: bytes)
        let whole = pending.count - Self.incompleteTail(pending)
        defer { pending.removeFirst(whole) }
        return String(decoding: pending[..<whole], as: UTF8.self)
    }

    /// Gives what is left at the end of the text: U+FFFD if it ends inside a character.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end start a character that needs more than there are.
    private static func incompleteTail(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            // Continuation bytes belong to the lead byte before them.
            guard byte & 0xC0 != 0x80 else { continue }
            let needed =
                switch byte {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 1
                }
            return needed > length ? length : 0
        }
        return 0
    }
}
