import ConstrainedDecoding
import Extraction
import Foundation
import Ingestion

extension ExtractionTask {
    private static let examplesLimit = 16
    private static let tokensRange = 1...8192

    /// Reads a task file; unknown keys, wrong types and values out of range are refused.
    ///
    /// - Parameters:
    ///   - file: how errors name the file.
    ///   - schema: JSON Schema text in place of the file's own.
    /// - Throws: `StrictYAMLError`; `SchemaError` for the given schema.
    init(file: String, text: Data, schema: String?) throws {
        let root = try StrictYAMLMap(file: file, text: text)
        let input = try root.choice("input", of: Input.self)
        let tokens = try root.integer("max_tokens", in: Self.tokensRange)
        let instructions = try root.string("instructions")
        let ownSchema = try root.string("schema")
        let maps = try root.maps("examples") ?? []
        guard maps.count <= Self.examplesLimit else {
            throw root.error("examples", expected: "expected at most \(Self.examplesLimit) examples")
        }
        var examples: [Example] = []
        for map in maps {
            examples.append(
                Example(input: try map.requiredString("input"), record: try map.requiredString("record")))
            try map.finish()
        }
        try root.finish()
        guard let text = schema ?? ownSchema else {
            throw root.error("schema", expected: "expected a JSON Schema here or with --schema")
        }
        do {
            try self.init(
                instructions: instructions ?? Self.standardInstructions, examples: examples, schema: text,
                input: input ?? .line, maxTokens: tokens ?? Self.standardTokens)
        } catch let error as SchemaError where schema == nil {
            throw root.error("schema", expected: "\(error)")
        } catch let error as ExtractionTaskError where schema == nil || error.place.hasPrefix("examples") {
            throw root.error(error.place.hasPrefix("examples") ? "examples" : "schema", expected: "\(error)")
        }
    }
}
