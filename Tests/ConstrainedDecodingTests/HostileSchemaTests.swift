import Testing

@testable import ConstrainedDecoding

/// Schemas that a careless reader takes forever over.
@Suite("hostile schemas")
struct HostileSchemaTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let schema: String
        var testDescription: String { name }
    }

    static func list(_ count: Int, _ item: (Int) -> String) -> String {
        (0..<count).map(item).joined(separator: ",")
    }

    @Test(
        "a schema that asks for too much is refused as too large",
        arguments: [
            Case(
                name: "a pattern of a megabyte", schema: "{\"pattern\":\"\(String(repeating: "a", count: 1_000_000))\"}"
            ),
            Case(
                name: "repetitions inside repetitions",
                schema: #"{"type":"string","pattern":"^(((a{100}){100}){100})$"}"#),
            Case(
                name: "an automaton that doubles with each character",
                schema: #"{"type":"string","pattern":"(a|b)*a(a|b){14}"}"#),
            Case(
                name: "a pattern with a long minimum",
                schema: #"{"type":"string","pattern":"^(ab|cde)*$","minLength":60000}"#),
            Case(name: "half a million brackets", schema: String(repeating: "[", count: 500_000)),
            Case(
                name: "a thousand levels",
                schema: String(repeating: "{\"items\":", count: 1000) + "{}" + String(repeating: "}", count: 1000)),
            Case(name: "a wide enum", schema: "{\"enum\":[\(list(20_000) { "\($0)" })]}"),
            Case(name: "a long literal", schema: "{\"const\":\"\(String(repeating: "x", count: 300_000))\"}"),
            Case(
                name: "alternatives that multiply",
                schema:
                    "{\"allOf\":[\(list(20) { "{\"anyOf\":[{\"minLength\":\($0)},{\"maxLength\":\(100 + $0)}]}" })]}"),
            Case(name: "a wide anyOf", schema: "{\"anyOf\":[\(list(3000) { "{\"const\":\($0)}" })]}"),
            Case(
                name: "a chain of references",
                schema:
                    "{\"$ref\":\"#/$defs/d0\",\"$defs\":{\(list(1000) { "\"d\($0)\":{\"$ref\":\"#/$defs/d\($0 + 1)\"}" }),\"d1000\":{}}}"
            ),
            Case(
                name: "combinations that never repeat",
                schema:
                    "{\"$ref\":\"#/$defs/d0\",\"$defs\":{\(list(14) { "\"d\($0)\":{\"properties\":{\"a\":{\"$ref\":\"#/$defs/d\(($0 + 1) % 14)\"},\"b\":{\"allOf\":[{\"$ref\":\"#/$defs/d\(($0 + 1) % 14)\"},{\"$ref\":\"#/$defs/d\(($0 * 3 + 2) % 14)\"}]}}}" })}}"
            ),
            Case(name: "many properties", schema: "{\"properties\":{\(list(2000) { "\"k\($0)\":{}" })}}"),
            Case(name: "many required properties", schema: "{\"required\":[\(list(20_000) { "\"k\($0)\"" })]}"),
            Case(
                name: "a document that must be huge",
                schema:
                    #"{"type":"array","minItems":60000,"items":{"type":"array","minItems":60000,"items":{"type":"array","minItems":60000}}}"#
            ),
            Case(name: "a number beyond what is written", schema: #"{"type":"number","minimum":1e99999999999}"#),
        ])
    func tooLarge(hostile: Case) {
        let error = #expect(throws: SchemaError.self) { try Grammar(schema: JSONSchema(parsing: hostile.schema)) }
        #expect(error?.code == .tooLarge, "\(String(describing: error))")
    }

    @Test(
        "a schema that is only large is taken",
        arguments: [
            Case(name: "a full enum", schema: "{\"enum\":[\(list(4000) { "\($0)" })]}"),
            Case(
                name: "a hundred levels",
                schema: String(repeating: "{\"items\":", count: 100) + "{}" + String(repeating: "}", count: 100)),
            Case(
                name: "a long number",
                schema: "{\"type\":\"number\",\"minimum\":0.\(String(repeating: "1", count: 100_000)),\"maximum\":1}"),
            Case(
                name: "many alternatives",
                schema: "{\"anyOf\":[\(list(250) { "{\"type\":\"object\",\"properties\":{\"a\($0)\":{}}}" })]}"),
            Case(
                name: "many kinds",
                schema:
                    "{\"oneOf\":[\(list(60) { "{\"type\":\"object\",\"required\":[\"k\"],\"properties\":{\"k\":{\"const\":\($0)},\"a\":{}}}" })]}"
            ),
            Case(
                name: "an unanchored list of words",
                schema: "{\"type\":\"string\",\"pattern\":\"\((0..<150).map { "w\($0)" }.joined(separator: "|"))\"}"),
        ])
    func large(hostile: Case) throws {
        _ = try Grammar(schema: JSONSchema(parsing: hostile.schema))
    }
}
