/// The printable characters that byte-level vocabularies write bytes with.
///
/// The 188 bytes that are printable in Latin-1 stand for themselves; the other 68 follow from U+0100, in their order.
/// Source: `bytes_to_unicode` of OpenAI's GPT-2 encoder.
enum ByteAlphabet {
    private static let firstStandIn: UInt32 = 0x100

    private static func standsForItself(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
        default: false
        }
    }

    /// The byte that each scalar below U+0144 stands for, or `nil`.
    private static let byteOfScalar: [UInt8?] = {
        let others = (0...UInt8.max).filter { !standsForItself($0) }
        var table = [UInt8?](repeating: nil, count: Int(firstStandIn) + others.count)
        for byte in 0...UInt8.max where standsForItself(byte) { table[Int(byte)] = byte }
        for (index, byte) in others.enumerated() { table[Int(firstStandIn) + index] = byte }
        return table
    }()

    /// Appends the bytes that a vocabulary entry stands for.
    ///
    /// - Returns: whether every character is of the alphabet; if not, nothing is appended.
    static func append(_ entry: some StringProtocol, to bytes: inout [UInt8]) -> Bool {
        let start = bytes.count
        for scalar in entry.unicodeScalars {
            let value = Int(scalar.value)
            guard value < byteOfScalar.count, let byte = byteOfScalar[value] else {
                bytes.removeSubrange(start...)
                return false
            }
            bytes.append(byte)
        }
        return true
    }
}
