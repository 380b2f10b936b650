/// The number syntax of RFC 8259 section 6, byte by byte.
enum JSONNumberAutomaton {
    enum State {
        case start, minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits

        /// Whether the number may end here.
        var mayEnd: Bool {
            switch self {
            case .zero, .integer, .fraction, .exponentDigits: true
            case .start, .minus, .point, .exponent, .exponentSign: false
            }
        }
    }

    /// The state after `byte`, nil when the byte is no part of the number.
    static func next(_ state: State, _ byte: UInt8) -> State? {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        switch state {
        case .start where byte == UInt8(ascii: "-"): return .minus
        case .start, .minus:
            guard isDigit else { return nil }
            return byte == UInt8(ascii: "0") ? .zero : .integer
        case .integer where isDigit: return .integer
        case .zero, .integer:
            if byte == UInt8(ascii: ".") { return .point }
            return isExponentMark(byte) ? .exponent : nil
        case .point: return isDigit ? .fraction : nil
        case .fraction:
            if isDigit { return .fraction }
            return isExponentMark(byte) ? .exponent : nil
        case .exponent where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"): return .exponentSign
        case .exponent, .exponentSign, .exponentDigits: return isDigit ? .exponentDigits : nil
        }
    }

    private static func isExponentMark(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }
}
