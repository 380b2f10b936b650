import Testing

@testable import ConstrainedDecoding

@Suite("schema")
struct JSONSchemaTests {
    @Test("the subset is read with its bounds, in the order of the properties")
    func reads() throws {
        let schema = try JSONSchema(
            parsing: """
                {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"t","type":"object",
                 "additionalProperties":false,"required":["z","a","n","b","u"],"properties":{
                   "z":{"type":"string","minLength":1,"maxLength":9,"x-plain":true},
                   "a":{"type":"array","items":{"type":"integer","minimum":-3},"minItems":2},
                   "n":{"type":"number"},"b":{"type":"boolean","description":"d"},"u":{"type":"null"}}}
                """)
        let expected: [JSONSchema.Property] = [
            .init(key: "z", value: .string(length: 1...9, isPlain: true)),
            .init(key: "a", value: .array(items: .integer(-3...SchemaLimits.integer), count: 2...SchemaLimits.items)),
            .init(key: "n", value: .number),
            .init(key: "b", value: .literals([.bool(true), .bool(false)])),
            .init(key: "u", value: .literals([.null])),
        ]
        #expect(schema.root == .object(expected))
    }

    @Test(
        "a schema that cannot be held to says what is wrong, and where",
        arguments: [
            (#"{"type":"string""#, SchemaError.Code.malformed, "#"),
            (#"{"type":"string","type":"null"}"#, .malformed, "#"),
            ("true", .unsupported, "#"),
            ("{}", .unsupported, "#"),
            (#"{"type":["string","null"]}"#, .unsupported, "#/type"),
            (#"{"type":"text"}"#, .invalid, "#/type"),
            (#"{"type":"string","pattern":"a+"}"#, .unsupported, "#"),
            (#"{"type":"string","minLength":3,"maxLength":2}"#, .invalid, "#"),
            (#"{"type":"string","maxLength":-1}"#, .tooLarge, "#/maxLength"),
            (#"{"type":"string","maxLength":1.5}"#, .invalid, "#/maxLength"),
            (#"{"type":"string","maxLength":99999999999999999999}"#, .invalid, "#/maxLength"),
            (#"{"type":"string","maxLength":70000}"#, .tooLarge, "#/maxLength"),
            (#"{"type":"string","x-plain":1}"#, .unsupported, "#/x-plain"),
            (#"{"type":"array"}"#, .unsupported, "#"),
            (#"{"type":"array","items":{"type":"x"}}"#, .invalid, "#/items/type"),
            (#"{"type":"integer","maximum":1e3}"#, .invalid, "#/maximum"),
            (#"{"type":"number","minimum":1}"#, .unsupported, "#"),
            (#"{"enum":[]}"#, .invalid, "#/enum"),
            (#"{"enum":"a"}"#, .invalid, "#/enum"),
            (#"{"enum":["a",1],"type":"string"}"#, .invalid, "#/enum"),
            (#"{"enum":["a"],"const":"a"}"#, .unsupported, "#"),
            (#"{"enum":["a"],"maxLength":1}"#, .unsupported, "#"),
            (#"{"type":"object","properties":{"a":{"type":"null"}}}"#, .unsupported, "#"),
            (#"{"type":"object","required":["b"],"properties":{}}"#, .unsupported, "#/required"),
            (#"{"type":"object","required":"b","properties":{}}"#, .invalid, "#/required"),
            (#"{"type":"object","required":[1],"properties":{}}"#, .invalid, "#/required"),
            (#"{"type":"object","properties":[]}"#, .invalid, "#/properties"),
            (#"{"type":"object","additionalProperties":{}}"#, .unsupported, "#/additionalProperties"),
            (#"{"type":"object","required":["a/b"],"properties":{"a/b":7}}"#, .unsupported, "#/properties/a~1b"),
        ])
    func refuses(text: String, code: SchemaError.Code, path: String) {
        let error = #expect(throws: SchemaError.self) { try JSONSchema(parsing: text) }
        #expect(error?.code == code && error?.path == path, "\(String(describing: error))")
    }

    @Test("schemas nested too deep are refused, read or built")
    func depth() throws {
        let nested = { (levels: Int) in
            String(repeating: #"{"type":"array","items":"#, count: levels) + #"{"type":"null"}"#
                + String(repeating: "}", count: levels)
        }
        _ = try Grammar(schema: JSONSchema(parsing: nested(SchemaLimits.depth - 1)))
        for levels in [SchemaLimits.depth, 10_000] {
            let error = #expect(throws: SchemaError.self) { try JSONSchema(parsing: nested(levels)) }
            #expect(error?.code == .tooLarge)
        }
        var node = JSONSchema.Node.number
        for _ in 0..<100 { node = .array(items: node, count: 0...1) }
        #expect(throws: SchemaError.self) { try Grammar(schema: JSONSchema(root: node)) }
    }

    @Test(
        "a schema built in code is held to the limits too",
        arguments: [
            JSONSchema.Node.string(length: 0...70_000, isPlain: false),
            .string(length: -1...3, isPlain: false),
            .array(items: .number, count: 0...70_000),
            .integer(0...Int.max),
            .integer(Int.min...0),
            .literals([]),
            .literals((0..<5000).map { .number(String($0)) }),
            .literals([.string(String(repeating: "a", count: SchemaLimits.literalBytes))]),
            .object([.init(key: "a", value: .number), .init(key: "a", value: .number)]),
            .object((0..<300).map { .init(key: "k\($0)", value: .number) }),
            .array(
                items: .object(
                    (0..<100).map { key in
                        .init(key: "\(key)", value: .object((0..<100).map { .init(key: "\($0)", value: .number) }))
                    }), count: 0...1),
        ])
    func limits(node: JSONSchema.Node) {
        #expect(throws: SchemaError.self) { try Grammar(schema: JSONSchema(root: node)) }
    }
}
