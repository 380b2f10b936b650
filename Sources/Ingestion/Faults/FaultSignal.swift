import Domain

/// What a place in a register map, or a metric, says about one fault.
enum FaultSignal: Sendable, Hashable {
    case number(Int64)
    case text(String)
    /// The device holds something that cannot be a code, such as a fraction; kept as an event that nobody can read.
    case unreadable(String)

    /// The signal in an idempotency key: a number as it is; else a mark and the text with its bytes outside letters, digits,
    /// `.` and `-` in hexadecimal.
    var token: String {
        switch self {
        case .number(let number): "\(number)"
        case .text(let text): "=" + FaultSignal.escaped(text)
        case .unreadable(let text): "!" + FaultSignal.escaped(text)
        }
    }

    init?(token: some StringProtocol) {
        switch token.first {
        case "=": self = .text(FaultSignal.unescaped(token.dropFirst()))
        case "!": self = .unreadable(FaultSignal.unescaped(token.dropFirst()))
        default:
            guard let number = Int64(token) else { return nil }
            self = .number(number)
        }
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "." || scalar == "-"
            return scalar.isASCII && isPlain ? String(scalar) : "%" + [byte].hexadecimal
        }.joined()
    }

    private static func unescaped(_ text: some StringProtocol) -> String {
        let parts = text.split(separator: "%", omittingEmptySubsequences: false)
        var bytes = Array((parts.first ?? "").utf8)
        for part in parts.dropFirst() {
            if let byte = UInt8(part.prefix(2), radix: 16) { bytes.append(byte) }
            bytes += Array(part.dropFirst(2).utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension FaultSignal {
    /// Why it is no code.
    var problem: String {
        switch self {
        case .number(let number): "\(number) names no fault"
        case .text(let text): "\"\(text)\" names no fault"
        case .unreadable(let reason): reason
        }
    }
}

extension FaultSignal: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text), .unreadable(let text): try container.encode(text)
        }
    }
}

extension FaultSignal: Comparable {
    /// Only to have one order for faults that come in the same poll.
    static func < (left: FaultSignal, right: FaultSignal) -> Bool {
        if case .number(let left) = left, case .number(let right) = right { return left < right }
        return left.token < right.token
    }
}
