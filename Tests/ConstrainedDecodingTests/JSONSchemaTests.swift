import Testing

@testable import ConstrainedDecoding

@Suite("schema")
struct JSONSchemaTests {
    @Test(
        "a schema that cannot be held to says what is wrong, and where",
        arguments: [
            (#"{"type":"string""#, SchemaError.Code.malformed, "#"),
            (#"{"type":"string","type":"null"}"#, .malformed, "#"),
            ("7", .invalid, "#"),
            ("false", .unsatisfiable, "#"),
            (#"{"type":"text"}"#, .invalid, "#/type"),
            (#"{"type":["string",1]}"#, .invalid, "#/type"),
            (#"{"type":[]}"#, .invalid, "#/type"),
            (#"{"not":{}}"#, .unsupported, "#/not"),
            (#"{"if":{},"then":{}}"#, .unsupported, "#/if"),
            (#"{"patternProperties":{}}"#, .unsupported, "#/patternProperties"),
            (#"{"propertyNames":{}}"#, .unsupported, "#/propertyNames"),
            (#"{"dependentRequired":{}}"#, .unsupported, "#/dependentRequired"),
            (#"{"unevaluatedProperties":false}"#, .unsupported, "#/unevaluatedProperties"),
            (#"{"contains":{}}"#, .unsupported, "#/contains"),
            (##"{"$dynamicRef":"#a"}"##, .unsupported, "#/$dynamicRef"),
            (#"{"a/b~":1}"#, .unsupported, "#/a~1b~0"),
            (#"{"items":{"$id":"x"}}"#, .unsupported, "#/items/$id"),
            (#"{"type":"string","minLength":3,"maxLength":2}"#, .invalid, "#"),
            (#"{"type":"string","maxLength":-1}"#, .invalid, "#/maxLength"),
            (#"{"type":"string","maxLength":1.5}"#, .invalid, "#/maxLength"),
            (#"{"type":"string","minLength":70000}"#, .tooLarge, "#"),
            (#"{"type":"string","x-plain":1}"#, .invalid, "#/x-plain"),
            (#"{"type":"string","format":"email"}"#, .unsupported, "#/format"),
            (#"{"type":"string","pattern":1}"#, .invalid, "#/pattern"),
            (#"{"type":"array","items":{"type":"x"}}"#, .invalid, "#/items/type"),
            (#"{"type":"array","items":[{}]}"#, .unsupported, "#/items"),
            (#"{"type":"array","uniqueItems":true}"#, .unsupported, "#/uniqueItems"),
            (#"{"type":"array","minItems":2,"maxItems":1}"#, .invalid, "#"),
            (#"{"type":"array","prefixItems":[]}"#, .invalid, "#/prefixItems"),
            (#"{"type":"array","minItems":70000}"#, .tooLarge, "#"),
            (#"{"type":"integer","minimum":5,"maximum":4}"#, .invalid, "#"),
            (#"{"type":"number","exclusiveMinimum":1,"maximum":1}"#, .invalid, "#"),
            (#"{"type":"integer","minimum":1.2,"maximum":1.8}"#, .unsatisfiable, "#"),
            (#"{"type":"integer","minimum":1,"maximum":4,"multipleOf":5}"#, .unsatisfiable, "#"),
            (#"{"type":"integer","minimum":1e300}"#, .tooLarge, "#"),
            (#"{"type":"integer","minimum":"1"}"#, .invalid, "#/minimum"),
            (#"{"type":"integer","exclusiveMinimum":true}"#, .invalid, "#/exclusiveMinimum"),
            (#"{"type":"integer","multipleOf":0}"#, .invalid, "#/multipleOf"),
            (#"{"type":"number","multipleOf":0.1}"#, .unsupported, "#/multipleOf"),
            (#"{"type":"integer","multipleOf":0.1234567890123456789}"#, .unsupported, "#/multipleOf"),
            (#"{"enum":[]}"#, .invalid, "#/enum"),
            (#"{"enum":"a"}"#, .invalid, "#/enum"),
            (#"{"enum":["a"],"const":"b"}"#, .invalid, "#"),
            (#"{"enum":["a","bc"],"minLength":3}"#, .unsatisfiable, "#"),
            (#"{"enum":[1],"type":"string"}"#, .unsatisfiable, "#"),
            (#"{"type":"object","required":"b"}"#, .invalid, "#/required"),
            (#"{"type":"object","required":[1]}"#, .invalid, "#/required"),
            (#"{"type":"object","properties":[]}"#, .invalid, "#/properties"),
            (#"{"type":"object","additionalProperties":1,"properties":{}}"#, .invalid, "#/additionalProperties"),
            (#"{"type":"object","required":["a/b"],"properties":{"a/b":7}}"#, .invalid, "#/properties/a~1b"),
            (#"{"type":"object","required":["a","b"],"maxProperties":1}"#, .unsatisfiable, "#"),
            (
                #"{"type":"object","required":["b"],"properties":{},"additionalProperties":false}"#, .unsatisfiable,
                "#/additionalProperties"
            ),
            (
                #"{"type":"object","minProperties":2,"properties":{"a":true},"additionalProperties":false}"#,
                .unsatisfiable, "#"
            ),
            (#"{"type":"object","minProperties":100}"#, .tooLarge, "#"),
            (#"{"type":"array","minItems":1,"items":false}"#, .unsatisfiable, "#/items"),
            (##"{"$ref":"#/nowhere"}"##, .invalid, "#/$ref"),
            (#"{"$ref":"http://a/b"}"#, .unsupported, "#/$ref"),
            (##"{"$ref":"#anchor"}"##, .unsupported, "#/$ref"),
            (##"{"$ref":"#"}"##, .invalid, "#"),
            (
                ##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}},"$ref":"#/$defs/a"}"##,
                .invalid, "#/$defs/a"
            ),
            (#"{"allOf":[]}"#, .invalid, "#/allOf"),
            (#"{"allOf":[{"type":"string"},{"type":"null"}]}"#, .unsatisfiable, "#"),
            (#"{"allOf":[{"minimum":3},{"maximum":2}],"type":"integer"}"#, .unsatisfiable, "#"),
            (#"{"anyOf":[false,false]}"#, .unsatisfiable, "#"),
            (#"{"oneOf":[{"type":"string"},{"maxLength":3}]}"#, .unsupported, "#/oneOf"),
            (#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#, .unsupported, "#/oneOf"),
            (#"{"oneOf":[{"enum":[null,"a"]},{"type":["null","number"]}]}"#, .unsupported, "#/oneOf"),
            (
                #"{"properties":{"a":{"oneOf":[{"type":"object"},{"type":"object","properties":{"a":{}}}]}}}"#,
                .unsupported, "#/properties/a/oneOf"
            ),
        ])
    func refuses(text: String, code: SchemaError.Code, path: String) {
        let error = #expect(throws: SchemaError.self) { try Grammar(schema: JSONSchema(parsing: text)) }
        #expect(error?.code == code && error?.path == path, "\(String(describing: error))")
    }

    @Test(
        "a recursion that cannot end is refused, one that can is not",
        arguments: [
            (##"{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}"##, "#/properties/a"),
            (##"{"type":"array","minItems":1,"items":{"$ref":"#"}}"##, "#/items"),
            (
                ##"{"$defs":{"a":{"type":"array","minItems":2,"items":{"$ref":"#/$defs/b"}},"b":{"type":"object","required":["x"],"properties":{"x":{"$ref":"#/$defs/a"}}}},"anyOf":[{"$ref":"#/$defs/b"}]}"##,
                "#/$defs/b/properties/x"
            ),
            (##"{"type":"object","properties":{"a":{"$ref":"#"}}}"##, nil),
            (##"{"type":"array","items":{"$ref":"#"}}"##, nil),
            (##"{"anyOf":[{"type":"array","minItems":1,"items":{"$ref":"#"}},{"type":"null"}]}"##, nil),
            // The property can never be written, the object can.
            (
                ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"type":"array","minItems":1,"items":{"$ref":"#/$defs/a"}}}}"##,
                nil
            ),
        ] as [(String, String?)])
    func recursion(text: String, path: String?) throws {
        guard let path else {
            _ = try Grammar(schema: JSONSchema(parsing: text))
            return
        }
        let error = #expect(throws: SchemaError.self) { try Grammar(schema: JSONSchema(parsing: text)) }
        #expect(error?.code == .unsatisfiable && error?.path == path, "\(String(describing: error))")
    }

    @Test("annotations and definitions that nothing refers to are ignored, as are facts about other types")
    func ignored() throws {
        let text = """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"x","$comment":"c","title":"t","description":"d",
             "default":1,"examples":[1],"deprecated":true,"readOnly":true,"writeOnly":true,"$defs":{"unused":{"not":{}}},
             "definitions":7,"type":"boolean","maxLength":3,"minimum":9,"required":["a"],"minItems":4}
            """
        #expect(try accepts(text, "true"))
    }
}

/// Whether a schema's grammar takes a whole document.
func accepts(_ schema: String, _ document: String) throws -> Bool {
    accepts(try Grammar(schema: JSONSchema(parsing: schema)), document)
}

func accepts(_ grammar: Grammar, _ document: String) -> Bool { grammar.accepts(document.utf8) }
