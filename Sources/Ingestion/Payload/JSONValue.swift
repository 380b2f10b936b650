/// A JSON text as read by ``JSONReader``.
///
/// Numbers keep their spelling: a fault code `0012` sent as a string and `12` sent as a number must stay apart, and
/// 64-bit codes must not pass through a `Double`.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// For error messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// Walks down objects by key and lists by index.
    ///
    /// - Returns: nil when a step is missing or its value is `null`.
    func value(at pointer: JSONPointer) -> JSONValue? {
        var value = self
        for step in pointer.steps {
            switch value {
            case .object(let members):
                guard let next = members[step] else { return nil }
                value = next
            case .array(let items):
                guard let index = Int(step), items.indices.contains(index), step == "\(index)" else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value == .null ? nil : value
    }
}
