/// The schemas of one document by their JSON pointers, numbered as they are met.
struct SchemaPlaces {
    /// A schema of the document; numbers are those of one ``SchemaPlaces``.
    typealias Place = Int

    let root: JSONValue
    private(set) var values: [JSONValue] = []
    private(set) var paths: [String] = []
    private var numbers: [[UInt8]: Place] = [:]

    init(root: JSONValue) {
        self.root = root
    }

    /// The schema `value` that stands at `path`.
    mutating func place(_ value: JSONValue, path: String) -> Place {
        let key = Array(path.utf8)
        if let known = numbers[key] { return known }
        values.append(value)
        paths.append(path)
        numbers[key] = values.count - 1
        return values.count - 1
    }

    /// The schema that a `$ref` names.
    ///
    /// - Throws: ``SchemaError`` unless it is a pointer into this document that leads somewhere.
    mutating func place(reference: String, at path: String) throws(SchemaError) -> Place {
        guard reference.utf8.first == UInt8(ascii: "#") else {
            throw SchemaError(
                code: .unsupported, path: path, detail: "\"\(reference)\": only references within the schema (#…)")
        }
        guard let pointer = Self.percentDecoded(reference.utf8.dropFirst()) else {
            throw SchemaError(code: .invalid, path: path, detail: "\"\(reference)\" is not well formed")
        }
        guard pointer.first ?? UInt8(ascii: "/") == UInt8(ascii: "/") else {
            throw SchemaError(code: .unsupported, path: path, detail: "\"\(reference)\": a reference to an anchor")
        }
        var value = root
        var canonical = "#"
        for token in pointer.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            guard let key = Self.unescaped(token), let next = value.child(key) else {
                throw SchemaError(code: .invalid, path: path, detail: "\"\(reference)\" leads nowhere")
            }
            value = next
            canonical += "/" + Self.pointerToken(key)
        }
        return place(value, path: canonical)
    }

    /// A key as a part of a JSON pointer (RFC 6901, section 3).
    static func pointerToken(_ key: String) -> String {
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
    /// The member or element that one part of a JSON pointer names.
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
