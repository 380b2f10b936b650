/// A set of bytes.
struct ByteSet: Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    static let digits = ByteSet("0123456789".utf8)

    mutating func insert(_ byte: UInt8) {
        let bit = (1 as UInt64) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    mutating func formUnion(_ other: ByteSet) {
        words.0 |= other.words.0
        words.1 |= other.words.1
        words.2 |= other.words.2
        words.3 |= other.words.3
    }

    func contains(_ byte: UInt8) -> Bool { word(byte >> 6) >> UInt64(byte & 63) & 1 == 1 }

    func intersects(_ other: ByteSet) -> Bool {
        words.0 & other.words.0 | words.1 & other.words.1 | words.2 & other.words.2 | words.3 & other.words.3 != 0
    }

    /// The least byte from `byte` on, nil when there is none.
    func next(from byte: UInt8) -> UInt8? {
        var index = byte >> 6
        var rest = word(index) & (.max << UInt64(byte & 63))
        while rest == 0 {
            guard index < 3 else { return nil }
            index += 1
            rest = word(index)
        }
        return index << 6 | UInt8(rest.trailingZeroBitCount)
    }

    private func word(_ index: UInt8) -> UInt64 {
        switch index {
        case 0: words.0
        case 1: words.1
        case 2: words.2
        default: words.3
        }
    }
}

extension ByteSet: Sequence {
    /// The bytes in ascending order.
    func makeIterator() -> AnyIterator<UInt8> {
        var next: UInt8? = next(from: 0)
        return AnyIterator {
            guard let byte = next else { return nil }
            next = byte == .max ? nil : self.next(from: byte + 1)
            return byte
        }
    }
}
