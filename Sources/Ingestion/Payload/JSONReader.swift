import Foundation

/// Reads a JSON text (RFC 8259) with a bounded depth and errors that name the byte.
///
/// Foundation's readers report no offset on Linux and turn numbers into `Double`; machine payloads need both.
struct JSONReader {
    struct Failure: Error, Hashable, CustomStringConvertible {
        /// From 0.
        let offset: Int
        let expected: String

        var description: String { "at byte \(offset): expected \(expected)" }
    }

    /// Objects and lists may nest this deep; real payloads stay under 10.
    static let depthLimit = 64

    private let bytes: [UInt8]
    private var offset = 0

    private init(_ data: Data) { bytes = [UInt8](data) }

    static func read(_ data: Data) throws(Failure) -> JSONValue {
        var reader = JSONReader(data)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == reader.bytes.count else { throw reader.failure("the end of the text") }
        return value
    }

    private func failure(_ expected: String) -> Failure { Failure(offset: offset, expected: expected) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < JSONReader.depthLimit else { throw failure("at most \(JSONReader.depthLimit) nested levels") }
            return next == UInt8(ascii: "{") ? try object(depth: depth) : try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || JSONReader.isDigit(byte): return .number(try number())
        default: throw failure("a JSON value")
        }
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONValue {
        offset += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes") }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("\":\"") }
            members[key] = try value(depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw failure("\",\" or \"}\"") }
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> JSONValue {
        offset += 1
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw failure("\",\" or \"]\"") }
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[offset..<end].elementsEqual(word.description.utf8) else {
            throw failure(word.description)
        }
        offset = end
        return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func digits() throws(Failure) {
        let start = offset
        while let byte = next, JSONReader.isDigit(byte) { offset += 1 }
        guard offset > start else { throw failure("a digit") }
    }

    private mutating func number() throws(Failure) -> String {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func string() throws(Failure) -> String {
        offset += 1
        let start = offset
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                guard let result = String(validating: text, as: UTF8.self) else {
                    throw Failure(offset: start, expected: "text in UTF-8")
                }
                return result
            case UInt8(ascii: "\\"):
                offset += 1
                try escape(into: &text)
            case 0..<0x20:
                throw failure("no bare control character in text")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw failure("a closing quote")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        guard let byte = next else { throw failure("an escaped character") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try escapedScalar()).utf8))
        default:
            offset -= 1
            throw failure("one of \" \\ / b f n r t u after a backslash")
        }
    }

    /// The scalar of `\uXXXX`, or of a surrogate pair; a lone surrogate becomes U+FFFD, for the fault must not be lost
    /// over a broken letter in its message.
    private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
        let first = try hexUnit()
        guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let afterFirst = offset
        offset += 2
        let second = try hexUnit()
        guard UTF16.isTrailSurrogate(second) else {
            offset = afterFirst
            return "\u{FFFD}"
        }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func hexUnit() throws(Failure) -> UInt16 {
        let end = offset + 4
        guard end <= bytes.count, let unit = UInt16(String(decoding: bytes[offset..<end], as: UTF8.self), radix: 16),
            bytes[offset] != UInt8(ascii: "+")
        else { throw failure("four hexadecimal digits") }
        offset = end
        return unit
    }
}
