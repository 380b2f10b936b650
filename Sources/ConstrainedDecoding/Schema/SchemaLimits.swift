/// The largest schema that is accepted, and the bounds of values for which the schema sets none.
///
/// A bound that the schema does not set still holds while generating, so every document is finite; a document within
/// these bounds also fits the schema without them. An upper bound above the limit counts as the limit.
public enum SchemaLimits {
    /// Bytes of a schema's text.
    public static let sizeBytes = 1 << 20
    /// Containers inside each other in a schema's text.
    public static let textDepth = 128
    /// Values inside each other in a document: where a schema is recursive or free, only what ends within this is written.
    public static let depth = 64
    /// References that lead to one another, and schemas combined inside each other.
    public static let references = 64
    /// Schemas in all, each combination that applies to one place counting as one.
    public static let nodes = 4096
    /// Shapes of all schemas: types, lists of values, alternatives.
    public static let shapes = 16_384
    /// Properties of one object.
    public static let properties = 256
    /// Properties of one object that the schema does not name.
    public static let additionalProperties = 64
    /// Unicode scalars of the first such property's key; the n-th may have n more.
    public static let keyLength = 32
    /// Elements that `prefixItems` names.
    public static let prefixItems = 256
    /// Alternatives of one `enum`.
    public static let alternatives = 4096
    /// Alternatives of one `anyOf` or `oneOf`, multiplied out with those that apply to the same place.
    public static let combinations = 256
    /// Alternatives that a document may be read as at one time; beyond it the first ones count.
    public static let readings = 256
    /// Steps that reading a schema may take; bounds what alternatives inside alternatives cost.
    public static let work = 200_000
    /// Bytes of all keys and literal values of a schema, as compact JSON.
    public static let literalBytes = 1 << 18
    /// Bytes of the shortest document.
    public static let documentBytes = 1 << 20
    /// Unicode scalars of a string: the largest `minLength`, and the default of `maxLength`.
    public static let stringLength = 65_536
    /// Elements of an array: the largest `minItems`, and the default of `maxItems`.
    public static let items = 65_536
    /// The largest integer that is written, up or down; 15 digits are exact in every JSON reader.
    public static let integer = 999_999_999_999_999
    /// Digits of a number before its point.
    public static let integerDigits = 15
    /// Digits of a number after its point.
    public static let fractionDigits = 9
    /// Bytes of one pattern.
    public static let patternBytes = 4096
    /// Groups inside each other in a pattern.
    public static let patternDepth = 64
    /// Parts of one pattern with its repetitions written out.
    public static let patternSize = 20_000
    /// States of one pattern's automaton.
    public static let patternStates = 16_384
    /// Steps that making one pattern's automaton may take.
    public static let patternWork = 8_000_000
}
