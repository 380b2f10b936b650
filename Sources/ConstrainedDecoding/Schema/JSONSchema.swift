/// A JSON Schema (2020-12), restricted to what ``Grammar`` can hold a model to.
///
/// | keyword | meaning here |
/// |---|---|
/// | `true`, `false`, `{}` | any value, none, any value |
/// | `type` | one type or several |
/// | `enum`, `const` | any JSON values; those that fit what else is asked are written as they stand in the schema |
/// | `properties`, `required` | written in the order of `properties`, then of `required`; others may be left out |
/// | `additionalProperties` | come last, with keys of a character or more that need no escape, none twice; without this keyword only an object of which nothing else is said has any |
/// | `minProperties`, `maxProperties` | |
/// | `prefixItems`, `items`, `minItems`, `maxItems` | without `items` nothing follows `prefixItems` |
/// | `uniqueItems` | only `false` |
/// | `minLength`, `maxLength` | in Unicode scalars |
/// | `pattern` | the regular part of ECMA-262: no look-around, back references, `\b`, `\p`; anchors at the ends only |
/// | `format` | `date`, `time`, `date-time`, `uuid` |
/// | `x-plain` | not of the standard: `true` forbids escapes, so a string holds no `"`, no `\` and nothing below U+0020 |
/// | `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum` | held to digit by digit |
/// | `multipleOf` | of integers, and of numbers where it is an integer |
/// | `allOf`, `$ref` | merged with what stands beside them; references within the document (`#`, `#/…`) |
/// | `anyOf` | |
/// | `oneOf` | where no document of one alternative can fit another: by type, value, bounds or a required property |
///
/// `$schema`, `$comment`, `$defs`, `definitions`, `title`, `description`, `default`, `examples`, `deprecated`,
/// `readOnly`, `writeOnly`, our `x-verbatim` and the root's `$id` are allowed and ignored. Any other keyword is an error
/// that names it, since ignoring it would let through what it forbids.
public struct JSONSchema: Sendable, Hashable {
    /// The graph of what may stand where; the first node is the document.
    let nodes: [SchemaNode]

    /// Reads a schema from its JSON text.
    ///
    /// - Throws: ``SchemaError`` with the place in the schema.
    public init(parsing text: String) throws(SchemaError) {
        let document: JSONValue
        do {
            let limits = JSONLimits(depth: SchemaLimits.textDepth, sizeBytes: SchemaLimits.sizeBytes)
            document = try JSONValue(parsing: text.utf8, limits: limits)
        } catch {
            let isTooLarge = error.code == .tooDeep || error.code == .tooLong
            throw SchemaError(code: isTooLarge ? .tooLarge : .malformed, path: "#", detail: error.description)
        }
        nodes = try SchemaResolver.nodes(of: document)
    }
}
