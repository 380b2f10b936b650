import ConstrainedDecoding

/// What a generated text must keep to.
public enum ResponseFormat: Sendable, Hashable {
    /// Nothing.
    case text
    /// A JSON document of this JSON Schema, which is given by its text since the order of its properties counts.
    case jsonSchema(String)
    /// A text that this pattern matches from beginning to end.
    case regex(String)
    /// One of these texts.
    case choice([String])

    /// The grammar of the texts that keep to it, nil for any text.
    ///
    /// - Throws: `SchemaError` naming the place in the schema or pattern.
    public func grammar() throws(SchemaError) -> Grammar? {
        switch self {
        case .text: nil
        case .jsonSchema(let schema): try Grammar(schema: JSONSchema(parsing: schema))
        case .regex(let pattern): try Grammar(pattern: pattern)
        case .choice(let texts): try Grammar(choices: texts)
        }
    }
}
