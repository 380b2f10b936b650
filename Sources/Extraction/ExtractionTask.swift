import ConstrainedDecoding

/// What is to be taken out of each document: instructions for the model, examples, and the schema of a record.
public struct ExtractionTask: Sendable, Equatable {
    /// What becomes one record.
    public enum Input: String, Sendable, CaseIterable {
        /// Each line that is not blank.
        case line
        /// Each run of lines without a blank one.
        case paragraph
        /// All of the input.
        case document
    }

    /// A document and the record that it should give.
    public struct Example: Sendable, Equatable {
        public let input: String
        public let record: String

        /// - Parameter record: JSON, as a model is to write it.
        public init(input: String, record: String) {
            self.input = input
            self.record = record
        }
    }

    public let instructions: String
    public let examples: [Example]
    /// JSON Schema text of a record; properties in the order in which they are to be written.
    public let schema: String
    public let input: Input
    /// Tokens of a record at most.
    public let maxTokens: Int
    let verbatim: VerbatimFields

    /// - Throws: `SchemaError` for a schema that cannot be held to, ``ExtractionTaskError`` for one whose verbatim fields
    ///   may not be null and for an example that does not fit.
    public init(
        instructions: String = Self.standardInstructions, examples: [Example] = [], schema: String,
        input: Input = .line, maxTokens: Int = Self.standardTokens
    ) throws {
        let grammar = try Grammar(schema: JSONSchema(parsing: schema))
        let document = try JSONValue(parsing: schema.utf8, limits: JSONLimits(depth: SchemaLimits.textDepth))
        verbatim = try VerbatimFields(schema: document)
        self.instructions = instructions
        self.schema = String(decoding: document.compactBytes, as: UTF8.self)
        self.input = input
        self.maxTokens = maxTokens
        var examples = examples
        for (index, example) in examples.enumerated() {
            examples[index] = try Self.checked(example, index, grammar, verbatim)
        }
        self.examples = examples
    }

    /// What a task without instructions of its own asks for.
    public static let standardInstructions = "Turn the input into one record. Leave out what it does not say."

    /// Tokens of a record where a task says nothing else.
    public static let standardTokens = 256

    private static func checked(
        _ example: Example, _ index: Int, _ grammar: Grammar, _ verbatim: VerbatimFields
    ) throws -> Example {
        let place = "examples[\(index)].record"
        let record: JSONValue
        do {
            record = try JSONValue(parsing: example.record.utf8)
        } catch {
            throw ExtractionTaskError(place: place, expected: "expected JSON: \(error)")
        }
        guard grammar.accepts(record.compactBytes) else {
            throw ExtractionTaskError(
                place: place, expected: "expected a record of the schema, with its properties in the schema's order")
        }
        let stray = verbatim.checked(record, against: example.input).flagged
        guard stray.isEmpty else {
            throw ExtractionTaskError(
                place: place,
                expected: "expected words of the example's input in \(stray.joined(separator: ", ")), which is verbatim"
            )
        }
        return Example(input: example.input, record: String(decoding: record.compactBytes, as: UTF8.self))
    }
}

/// What is wrong with a task, and where in it.
public struct ExtractionTaskError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Such as `examples[0].record`, or `schema#/properties/code`.
    public let place: String
    public let expected: String

    public init(place: String, expected: String) {
        self.place = place
        self.expected = expected
    }

    public var description: String { "\(place): \(expected)" }
}
