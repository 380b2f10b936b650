/// A JSON value that keeps the order of its members and the text of its numbers.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The number as it is written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Sendable, Hashable {
        public let key: String
        public let value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Reads one JSON text.
    ///
    /// - Throws: ``JSONReadError`` with the place, also for an object with the same key twice.
    public init(parsing text: some Sequence<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONReadError) {
        var reader = JSONEventReader(limits: limits)
        var builder = Builder()
        for byte in text {
            try reader.consume(byte) { builder.receive($0) }
        }
        try reader.finish { builder.receive($0) }
        self = builder.root
    }

    /// The value without insignificant white space.
    public var compactBytes: [UInt8] {
        switch self {
        case .null: Array("null".utf8)
        case .bool(let value): Array((value ? "true" : "false").utf8)
        case .number(let text): Array(text.utf8)
        case .string(let text): JSONText.quoted(text)
        case .array(let items):
            Array("[".utf8) + items.map(\.compactBytes).joined(separator: Array(",".utf8)) + Array("]".utf8)
        case .object(let members):
            Array("{".utf8)
                + members.map { JSONText.quoted($0.key) + Array(":".utf8) + $0.value.compactBytes }
                .joined(separator: Array(",".utf8)) + Array("}".utf8)
        }
    }

    /// A text that is the same for all values which JSON Schema takes for equal: `1` and `1.0`, members in any order.
    var canonicalBytes: [UInt8] {
        switch self {
        case .null, .bool, .string: compactBytes
        case .number(let text): Array(ExactDecimal(text).canonicalText.utf8)
        case .array(let items):
            Array("[".utf8) + items.map(\.canonicalBytes).joined(separator: Array(",".utf8)) + Array("]".utf8)
        case .object(let members):
            Array("{".utf8)
                + members.map { JSONText.quoted($0.key) + Array(":".utf8) + $0.value.canonicalBytes }
                .sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: Array(",".utf8)) + Array("}".utf8)
        }
    }

    /// The word that a message or a schema's `type` uses for this kind of value.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONValue {
    /// Puts a reader's events together to one value.
    private struct Builder {
        private enum Open {
            case array([JSONValue])
            case object([Member], key: String)
        }

        private var open: [Open] = []
        private(set) var root = JSONValue.null

        mutating func receive(_ event: JSONEventReader.Event) {
            switch event {
            case .arrayBegan: open.append(.array([]))
            case .objectBegan: open.append(.object([], key: ""))
            case .key(let bytes):
                if case .object(let members, _) = open.popLast() {
                    open.append(.object(members, key: String(decoding: bytes, as: UTF8.self)))
                }
            case .scalar(let bytes): add(JSONValue(scalar: bytes))
            case .arrayEnded, .objectEnded:
                switch open.popLast() {
                case .array(let items): add(.array(items))
                case .object(let members, _): add(.object(members))
                case nil: break
                }
            }
        }

        private mutating func add(_ value: JSONValue) {
            switch open.popLast() {
            case .array(var items):
                items.append(value)
                open.append(.array(items))
            case .object(var members, let key):
                members.append(Member(key: key, value: value))
                open.append(.object(members, key: key))
            case nil: root = value
            }
        }
    }

    private init(scalar bytes: [UInt8]) {
        switch bytes.first {
        case UInt8(ascii: "n"): self = .null
        case UInt8(ascii: "t"): self = .bool(true)
        case UInt8(ascii: "f"): self = .bool(false)
        case StringAutomaton.quote:
            self = .string(String(decoding: JSONText.unescaped(bytes.dropFirst().dropLast()), as: UTF8.self))
        default: self = .number(String(decoding: bytes, as: UTF8.self))
        }
    }
}
