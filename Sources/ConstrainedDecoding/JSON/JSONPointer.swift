/// A JSON pointer (RFC 6901), written as a URI's fragment: `#`, `#/properties/a~1b`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    private let keys: [String]

    /// - Returns: nil for what is no pointer.
    public init?(fragment: String) {
        guard fragment.utf8.first == UInt8(ascii: "#"), let text = Self.percentDecoded(fragment.utf8.dropFirst()),
            text.first ?? UInt8(ascii: "/") == UInt8(ascii: "/")
        else { return nil }
        var keys: [String] = []
        for token in text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            guard let key = Self.unescaped(token) else { return nil }
            keys.append(key)
        }
        self.keys = keys
    }

    /// The same text for pointers to the same place.
    public var description: String { keys.reduce("#") { $0 + "/" + Self.token($1) } }

    /// What the pointer names in a document, nil where that is nothing.
    public func value(in root: JSONValue) -> JSONValue? {
        var value = root
        for key in keys {
            guard let next = value.child(key) else { return nil }
            value = next
        }
        return value
    }

    /// A key as a part of a pointer (section 3).
    public static func token(_ key: String) -> String {
        let escapes: [UInt8: [UInt8]] = [UInt8(ascii: "~"): Array("~0".utf8), UInt8(ascii: "/"): Array("~1".utf8)]
        return String(decoding: key.utf8.flatMap { escapes[$0] ?? [$0] }, as: UTF8.self)
    }

    /// The key that a part of a pointer stands for, nil when it is malformed.
    private static func unescaped(_ token: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var rest = token
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func percentDecoded(_ text: Substring.UTF8View) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

extension JSONValue {
    /// The member or element that one part of a pointer names.
    fileprivate func child(_ key: String) -> JSONValue? {
        switch self {
        case .object(let members): return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
        case .array(let items):
            guard let index = Int(key), items.indices.contains(index) else { return nil }
            return items[index]
        default: return nil
        }
    }
}
