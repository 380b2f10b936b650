/// The largest schema that is accepted, and the bounds of values for which the schema sets none.
///
/// A bound that the schema does not set still holds while generating, so every document is finite; a document within
/// these bounds also fits the schema without them.
public enum SchemaLimits {
    /// Bytes of a schema's text.
    public static let sizeBytes = 1 << 20
    /// Schemas nested inside each other.
    public static let depth = 32
    /// Schemas in all.
    public static let nodes = 4096
    /// Properties of one object.
    public static let properties = 256
    /// Alternatives of one `enum`.
    public static let alternatives = 4096
    /// Bytes of all keys and literal values of a schema, as compact JSON.
    public static let literalBytes = 1 << 18
    /// Unicode scalars of a string: the largest `maxLength`, and its default.
    public static let stringLength = 65_536
    /// Elements of an array: the largest `maxItems`, and its default.
    public static let items = 65_536
    /// The largest integer that is written, up or down; 15 digits are exact in every JSON reader.
    public static let integer = 999_999_999_999_999
    /// Digits of a number before its point.
    public static let integerDigits = 15
    /// Digits of a number after its point.
    public static let fractionDigits = 9
}
