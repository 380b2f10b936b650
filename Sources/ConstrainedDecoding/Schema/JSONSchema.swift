/// A JSON Schema (2020-12), restricted to what ``Grammar`` can hold a model to.
///
/// | keyword | meaning here |
/// |---|---|
/// | `type` | `object`, `array`, `string`, `integer`, `number`, `boolean` or `null`; one only |
/// | `properties`, `required` | every property must be required; they are written in the order of `properties` |
/// | `additionalProperties` | a boolean; none are written either way |
/// | `items`, `minItems`, `maxItems` | `items` is required |
/// | `minLength`, `maxLength` | in Unicode scalars |
/// | `x-plain` | not of the standard: `true` forbids escapes, so a string holds no `"`, no `\` and nothing below U+0020 |
/// | `enum`, `const` | any JSON values; a `type` beside them must fit each |
/// | `minimum`, `maximum` | of integers |
///
/// `$schema`, `$id`, `$comment`, `title`, `description`, `default` and `examples` are allowed and ignored. Any other
/// keyword is an error, since ignoring it would let through what it forbids.
public struct JSONSchema: Sendable, Hashable {
    /// One schema of the tree.
    public indirect enum Node: Sendable, Hashable {
        case object([Property])
        case array(items: Node, count: ClosedRange<Int>)
        /// - Parameters:
        ///   - length: In Unicode scalars; an escape counts as the scalar that it stands for.
        ///   - isPlain: Forbids escapes.
        case string(length: ClosedRange<Int>, isPlain: Bool)
        /// One of some values, written as compact JSON.
        case literals([JSONValue])
        case integer(ClosedRange<Int>)
        /// A decimal number without an exponent.
        case number
    }

    public struct Property: Sendable, Hashable {
        public let key: String
        public let value: Node

        public init(key: String, value: Node) {
            self.key = key
            self.value = value
        }
    }

    public let root: Node

    /// A schema put together in code; ``Grammar`` checks it against ``SchemaLimits``.
    public init(root: Node) {
        self.root = root
    }

    /// Reads a schema from its JSON text.
    ///
    /// - Throws: ``SchemaError`` with the place in the schema.
    public init(parsing text: String) throws(SchemaError) {
        let document: JSONValue
        do {
            let limits = JSONLimits(depth: 3 * SchemaLimits.depth, sizeBytes: SchemaLimits.sizeBytes)
            document = try JSONValue(parsing: text.utf8, limits: limits)
        } catch {
            let isTooLarge = error.code == .tooDeep || error.code == .tooLong
            throw SchemaError(code: isTooLarge ? .tooLarge : .malformed, path: "#", detail: error.description)
        }
        root = try SchemaReader(document, path: "#", depth: 1).node()
    }
}
