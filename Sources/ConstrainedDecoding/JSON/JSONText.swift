/// Escaping and unescaping of JSON strings.
enum JSONText {
    /// The scalars that the content of a string (without its quotes) stands for, in UTF-8.
    ///
    /// The content must have passed ``StringAutomaton``; the automaton is what proves the indices here.
    static func unescaped(_ content: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(content)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == StringAutomaton.backslash else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let kind = bytes[index + 1]
            guard kind == UInt8(ascii: "u") else {
                result.append(simpleEscapes[kind] ?? kind)
                index += 2
                continue
            }
            var value = codeUnit(bytes[(index + 2)..<(index + 6)])
            index += 6
            if (0xD800...0xDBFF).contains(value) {
                let low = codeUnit(bytes[(index + 2)..<(index + 6)])
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
                index += 6
            }
            if let scalar = Unicode.Scalar(value) { result.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
        }
        return result
    }

    /// A string in quotes, with the least escaping that RFC 8259 allows and its short escapes where it has them.
    static func quoted(_ text: String) -> [UInt8] {
        var result = [StringAutomaton.quote]
        for byte in text.utf8 {
            switch byte {
            case StringAutomaton.quote, StringAutomaton.backslash: result += [StringAutomaton.backslash, byte]
            case 0x00..<0x20: result += controlEscape(byte)
            default: result.append(byte)
            }
        }
        result.append(StringAutomaton.quote)
        return result
    }

    /// A byte as a message shows it.
    static func display(_ byte: UInt8) -> String {
        (0x21...0x7E).contains(byte)
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16, uppercase: true))"
    }

    private static let simpleEscapes: [UInt8: UInt8] = [
        UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private static func controlEscape(_ byte: UInt8) -> [UInt8] {
        if let letter = simpleEscapes.first(where: { $0.value == byte })?.key {
            return [StringAutomaton.backslash, letter]
        }
        let digits = String(byte, radix: 16)
        return Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
    }

    private static func codeUnit(_ digits: ArraySlice<UInt8>) -> UInt32 {
        UInt32(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
    }
}
