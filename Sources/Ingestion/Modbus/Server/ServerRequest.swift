/// A request to the Modbus server, checked from its first to its last byte.
enum ServerRequest: Sendable, Hashable {
    /// Function codes 03 and 04.
    case read(first: Int, count: Int)
    /// Function codes 06 and 16.
    case write(first: Int, values: [UInt16])
    /// Whole, but of a function that the server does not have.
    case unsupported(function: UInt8)
    case malformed

    /// - Parameter frame: with its header, as long as that says.
    init(_ frame: [UInt8]) {
        func word(_ offset: Int) -> Int { Int(frame[offset]) << 8 | Int(frame[offset + 1]) }
        guard frame.count >= 8 else {
            self = .malformed
            return
        }
        switch frame[7] {
        case 3, 4:
            guard frame.count == 12, (1...125).contains(word(10)) else {
                self = .malformed
                return
            }
            self = .read(first: word(8), count: word(10))
        case 6:
            guard frame.count == 12 else {
                self = .malformed
                return
            }
            self = .write(first: word(8), values: [UInt16(word(10))])
        case 16:
            guard frame.count >= 13, (1...123).contains(word(10)), Int(frame[12]) == word(10) * 2,
                frame.count == 13 + word(10) * 2
            else {
                self = .malformed
                return
            }
            self = .write(first: word(8), values: (0..<word(10)).map { UInt16(word(13 + $0 * 2)) })
        default: self = .unsupported(function: frame[7])
        }
    }
}

/// Cuts the bytes of a connection into frames; a client that sends slowly holds nobody up.
struct RequestBuffer: Sendable {
    /// Modbus Messaging on TCP/IP 1.0b, §3.1.3: 260 bytes with the header.
    static let longestFrame = 260

    private(set) var bytes: [UInt8] = []

    mutating func append(_ received: some Sequence<UInt8>) { bytes += received }

    enum Next: Sendable, Hashable {
        case frame([UInt8])
        case incomplete
        /// What comes is no Modbus; nothing behind it can be understood either.
        case broken
    }

    mutating func next() -> Next {
        guard bytes.count >= 6 else { return .incomplete }
        let length = 6 + (Int(bytes[4]) << 8 | Int(bytes[5]))
        guard bytes[2] == 0, bytes[3] == 0, (8...RequestBuffer.longestFrame).contains(length) else { return .broken }
        guard bytes.count >= length else { return .incomplete }
        defer { bytes.removeFirst(length) }
        return .frame(Array(bytes.prefix(length)))
    }
}
