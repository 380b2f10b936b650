import Testing

@testable import ConstrainedDecoding

/// What each keyword lets through and what it keeps out.
struct KeywordCase: CustomTestStringConvertible, Sendable {
    let schema: String
    let accepted: [String]
    let rejected: [String]

    init(_ schema: String, _ accepted: [String], not rejected: [String]) {
        self.schema = schema
        self.accepted = accepted
        self.rejected = rejected
    }

    var testDescription: String { schema }

    func check() throws {
        let grammar = try Grammar(schema: JSONSchema(parsing: schema))
        let validator = try PlainValidator(schema: schema)
        for document in accepted {
            #expect(accepts(grammar, document), "\(document)")
            #expect(validator.problem(Array(document.utf8)) == nil, "\(document)")
        }
        for document in rejected { #expect(!accepts(grammar, document), "\(document)") }
    }
}

@Suite("schema keywords")
struct SchemaKeywordTests {
    @Test(
        "types, values and unions",
        arguments: [
            KeywordCase(
                "{}", ["null", "true", "-1.5", "\"a\"", "[[],{}]", "{\"a\":{\"b\":[1]}}"],
                not: ["", "nul", "[1,]", "{a:1}", " 1"]),
            KeywordCase("true", ["0", "[]"], not: ["01", "+1", "1e5"]),
            KeywordCase(#"{"type":["string","null"],"maxLength":1}"#, ["\"a\"", "null"], not: ["\"ab\"", "1"]),
            KeywordCase(#"{"type":["integer","boolean"]}"#, ["7", "true"], not: ["7.5", "null"]),
            KeywordCase(#"{"type":["number","integer"]}"#, ["7", "7.5"], not: ["\"7\""]),
            KeywordCase(
                #"{"const":{"b":[1,2],"a":null}}"#, [#"{"b":[1,2],"a":null}"#], not: [#"{"a":null,"b":[1,2]}"#, "{}"]),
            KeywordCase(
                #"{"enum":["a",1,null,"a"],"type":["string","number"]}"#, ["\"a\"", "1"], not: ["null", "\"b\""]),
            KeywordCase(
                #"{"enum":["a","bb","ccc"],"minLength":2,"pattern":"b|c"}"#, ["\"bb\"", "\"ccc\""], not: ["\"a\""]),
            KeywordCase(
                #"{"enum":["2024-02-30","2024-02-29"],"format":"date"}"#, ["\"2024-02-29\""], not: ["\"2024-02-30\""]),
            KeywordCase(#"{"const":1.0,"enum":[1,2]}"#, ["1.0"], not: ["1", "2"]),
            KeywordCase(
                #"{"enum":[{"a":1},{"a":2},[1],[1,2]],"properties":{"a":{"maximum":1}},"maxItems":1}"#,
                [#"{"a":1}"#, "[1]"], not: [#"{"a":2}"#, "[1,2]"]),
            KeywordCase(#"{"anyOf":[{"type":"string"},{"type":"null"},false]}"#, ["\"\"", "null"], not: ["1"]),
            KeywordCase(
                #"{"anyOf":[{"maxLength":2},{"minLength":4}],"type":"string"}"#, ["\"ab\"", "\"abcd\""],
                not: ["\"abc\"", "1"]),
            KeywordCase(
                #"{"anyOf":[{"type":"string"},{"type":"number"}],"allOf":[{"anyOf":[{"maxLength":1},{"minimum":5}]}],"type":"number"}"#,
                ["7", "1"], not: ["\"a\""]),
        ])
    func values(keyword: KeywordCase) throws { try keyword.check() }

    @Test(
        "alternatives of which one only may fit",
        arguments: [
            KeywordCase(
                #"{"oneOf":[{"type":"string"},{"type":"integer"},{"type":"array","items":{"type":"null"}}]}"#,
                ["\"a\"", "3", "[null]"], not: ["null"]),
            KeywordCase(#"{"oneOf":[{"const":1},{"enum":[1,2]},{"const":"1"}]}"#, ["2", "\"1\""], not: ["1"]),
            KeywordCase(
                #"{"oneOf":[{"type":"integer","maximum":3},{"type":"integer","exclusiveMinimum":3}]}"#,
                ["3", "4", "-9"], not: ["3.5"]),
            KeywordCase(
                #"{"type":"string","oneOf":[{"pattern":"^[0-9]+$"},{"pattern":"^[a-z]+$"}]}"#, ["\"12\"", "\"ab\""],
                not: ["\"a1\"", "\"\""]),
            KeywordCase(
                #"{"type":"string","oneOf":[{"maxLength":2},{"minLength":5}]}"#, ["\"12\"", "\"abcde\""],
                not: ["\"abc\""]),
            KeywordCase(
                #"{"oneOf":[{"type":"object","required":["k"],"properties":{"k":{"const":1}}},{"type":"object","required":["k"],"properties":{"k":{"enum":[2,3]}}}]}"#,
                [#"{"k":1}"#, #"{"k":3}"#], not: ["{}", #"{"k":4}"#]),
            KeywordCase(
                #"{"type":"object","properties":{"a":{"type":"null"}},"oneOf":[{"required":["a"],"properties":{}},{"required":["b"],"properties":{"b":{"type":"null"}},"additionalProperties":false}]}"#,
                [#"{"a":null}"#], not: ["{}", #"{"a":null,"b":null}"#]),
            KeywordCase(
                #"{"oneOf":[{"type":"array","prefixItems":[{"const":"a"}],"minItems":1},{"type":"array","prefixItems":[{"const":"b"}],"minItems":1}]}"#,
                ["[\"a\"]", "[\"b\"]"], not: ["[]", "[\"c\"]"]),
            KeywordCase(
                #"{"oneOf":[{"type":"array","maxItems":1,"items":{"type":"null"}},{"type":"array","minItems":3,"items":{"type":"null"}}]}"#,
                ["[]", "[null,null,null]"], not: ["[null,null]"]),
        ])
    func exclusive(keyword: KeywordCase) throws { try keyword.check() }

    @Test(
        "objects",
        arguments: [
            KeywordCase(
                #"{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{"type":"null"}},"required":["b"]}"#,
                [#"{"b":null}"#, #"{"a":null,"b":null}"#, #"{"a":null,"b":null,"c":null}"#],
                not: ["{}", #"{"a":null}"#, #"{"b":null,"a":null}"#, #"{"b":null,"b":null}"#, #"{"b":null,"d":null}"#]),
            KeywordCase(
                #"{"type":"object","properties":{"a":true},"required":["z"]}"#, [#"{"z":[]}"#, #"{"a":1,"z":2}"#],
                not: ["{}", #"{"z":2,"a":1}"#]),
            KeywordCase(#"{"type":"object","properties":{}}"#, ["{}"], not: [#"{"a":1}"#]),
            KeywordCase(
                #"{"type":"object"}"#, ["{}", #"{"a":1,"檢查":{"b":2}}"#],
                not: [#"{"a":1,"a":2}"#, #"{"":1}"#, #"{"a\n":1}"#]),
            KeywordCase(
                #"{"type":"object","properties":{"a":true},"additionalProperties":true}"#,
                ["{}", #"{"a":1,"b":2}"#, #"{"ab":1,"b":2}"#],
                not: [#"{"b":1,"a":2}"#, #"{"a":1,"a":2}"#, #"{"b":1,"b":2}"#]),
            KeywordCase(
                #"{"type":"object","properties":{"a":true},"additionalProperties":false}"#, ["{}", #"{"a":1}"#],
                not: [#"{"b":1}"#]),
            KeywordCase(
                #"{"type":"object","additionalProperties":{"type":"integer"}}"#, ["{}", #"{"x":1,"y":2}"#],
                not: [#"{"x":"1"}"#]),
            KeywordCase(
                #"{"type":"object","properties":{"gone":false,"a":{"type":"null"}},"additionalProperties":{"type":"null"}}"#,
                ["{}", #"{"a":null}"#, #"{"b":null}"#], not: [#"{"gone":null}"#]),
            KeywordCase(
                #"{"type":"object","minProperties":2,"maxProperties":2,"properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{"type":"null"}}}"#,
                [#"{"a":null,"b":null}"#, #"{"a":null,"c":null}"#, #"{"b":null,"c":null}"#],
                not: ["{}", #"{"c":null}"#, #"{"a":null,"b":null,"c":null}"#]),
            KeywordCase(
                #"{"type":"object","maxProperties":2,"required":["c"],"properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{"type":"null"}}}"#,
                [#"{"c":null}"#, #"{"b":null,"c":null}"#],
                not: [#"{"a":null,"b":null}"#, #"{"a":null,"b":null,"c":null}"#]),
            KeywordCase(
                #"{"type":"object","minProperties":2,"properties":{"a":{"type":"null"}},"additionalProperties":{"type":"null"},"maxProperties":3}"#,
                [#"{"a":null,"b":null}"#, #"{"x":null,"y":null,"z":null}"#],
                not: [#"{"a":null}"#, #"{"a":null,"b":null,"c":null,"d":null}"#]),
            KeywordCase(
                #"{"allOf":[{"type":"object","properties":{"a":{"type":"integer","minimum":3}}},{"properties":{"a":{"maximum":5},"b":{"const":1}},"required":["b"]}]}"#,
                [#"{"b":1}"#, #"{"a":4,"b":1}"#], not: [#"{"a":2,"b":1}"#, #"{"a":6,"b":1}"#, "{}"]),
            KeywordCase(
                #"{"allOf":[{"type":"object","properties":{"a":{"type":"null"}},"additionalProperties":false},{"properties":{"a":true,"b":true}}]}"#,
                ["{}", #"{"a":null}"#], not: [#"{"b":1}"#]),
            KeywordCase(
                #"{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},"anyOf":[{"required":["a"]},{"required":["b"]}]}"#,
                [#"{"a":null}"#, #"{"b":null}"#, #"{"a":null,"b":null}"#], not: ["{}"]),
        ])
    func objects(keyword: KeywordCase) throws { try keyword.check() }

    @Test(
        "arrays",
        arguments: [
            KeywordCase(#"{"type":"array"}"#, ["[]", "[1,\"a\",[]]"], not: ["[1,]", "{}"]),
            KeywordCase(
                #"{"type":"array","items":{"type":"null"},"minItems":1,"maxItems":2}"#, ["[null]", "[null,null]"],
                not: ["[]", "[null,null,null]", "[1]"]),
            KeywordCase(
                #"{"type":"array","prefixItems":[{"type":"null"},{"const":1}]}"#, ["[]", "[null]", "[null,1]"],
                not: ["[1]", "[null,1,1]"]),
            KeywordCase(
                #"{"type":"array","prefixItems":[{"type":"null"}],"items":{"const":2}}"#, ["[]", "[null,2,2]"],
                not: ["[2]", "[null,null]"]),
            KeywordCase(
                #"{"type":"array","prefixItems":[{"type":"null"}],"items":false}"#, ["[]", "[null]"], not: ["[null,1]"]),
            KeywordCase(
                #"{"type":"array","prefixItems":[{"type":"null"}],"minItems":3,"maxItems":3}"#, ["[null,{},1]"],
                not: ["[null]", "[1,1,1]"]),
            KeywordCase(
                #"{"type":"array","prefixItems":[{"type":"null"},false]}"#, ["[]", "[null]"], not: ["[null,1]"]),
            KeywordCase(#"{"type":"array","uniqueItems":false,"maxItems":0}"#, ["[]"], not: ["[1]"]),
            KeywordCase(
                #"{"allOf":[{"type":"array","items":{"type":"integer"}},{"prefixItems":[{"minimum":5}]},{"minItems":2}]}"#,
                ["[5,1]"], not: ["[1,5]", "[5]"]),
        ])
    func arrays(keyword: KeywordCase) throws { try keyword.check() }

    @Test(
        "numbers",
        arguments: [
            KeywordCase(
                #"{"type":"integer"}"#, ["0", "-1", "999999999999999"], not: ["-0", "1.0", "1000000000000000", "007"]),
            KeywordCase(
                #"{"type":"integer","minimum":-3,"exclusiveMaximum":12}"#, ["-3", "0", "11"], not: ["-4", "12", "-0"]),
            KeywordCase(#"{"type":"integer","minimum":1.5,"maximum":3.5}"#, ["2", "3"], not: ["1", "4"]),
            KeywordCase(
                #"{"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807}"#,
                ["-999999999999999", "5"], not: ["9223372036854775807"]),
            KeywordCase(
                #"{"type":"integer","multipleOf":15,"minimum":-40,"maximum":100}"#, ["-30", "0", "15", "90"],
                not: ["5", "-45", "105", "1"]),
            KeywordCase(
                #"{"type":"integer","multipleOf":0.75,"minimum":0,"maximum":9}"#, ["0", "3", "6", "9"], not: ["1", "2"]),
            KeywordCase(
                #"{"type":"integer","allOf":[{"multipleOf":4},{"multipleOf":6}],"maximum":30,"minimum":1}"#,
                ["12", "24"], not: ["4", "6", "36"]),
            KeywordCase(#"{"type":"integer","multipleOf":1e20}"#, ["0"], not: ["1", "100"]),
            KeywordCase(#"{"type":"number","multipleOf":2}"#, ["2", "-4"], not: ["3", "2.0"]),
            KeywordCase(
                #"{"type":"number"}"#, ["0", "0.5", "-0.000000001", "999999999999999.999999999"],
                not: ["-0", "-0.0", "1.", ".5", "1e3", "0.0000000001", "01"]),
            KeywordCase(#"{"type":"number","minimum":0}"#, ["0", "0.0", "12.5"], not: ["-1", "-0.1"]),
            KeywordCase(
                #"{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}"#, ["0.000000001", "0.5", "0.999999999"],
                not: ["0", "0.0", "1", "1.0"]),
            KeywordCase(
                #"{"type":"number","minimum":-2.25,"maximum":-2.2}"#, ["-2.2", "-2.25", "-2.23"],
                not: ["-2.1", "-2.26", "2.2", "-2"]),
            KeywordCase(
                #"{"type":"number","minimum":9.95,"maximum":10.05}"#, ["9.95", "10", "10.05", "9.990"],
                not: ["9.9", "10.06", "1"]),
            KeywordCase(
                #"{"type":"number","minimum":1e2,"maximum":1.5E+2}"#, ["100", "149.9", "150"], not: ["99.9", "150.1"]),
            KeywordCase(
                #"{"anyOf":[{"type":"integer","maximum":5},{"type":"number","minimum":10}]}"#, ["3", "10.5", "10"],
                not: ["7", "3.5"]),
        ])
    func numbers(keyword: KeywordCase) throws { try keyword.check() }

    @Test(
        "texts",
        arguments: [
            KeywordCase(
                #"{"type":"string","minLength":2,"maxLength":3}"#,
                ["\"ab\"", "\"檢查x\"", #""\u00e9\n""#, #""\ud83d\ude00a""#], not: ["\"a\"", "\"abcd\"", "\"a\n\""]),
            KeywordCase(#"{"type":"string","maxLength":100000}"#, ["\"ab\""], not: []),
            KeywordCase(#"{"type":"string","x-plain":true}"#, ["\"ab/\""], not: [#""\n""#]),
            KeywordCase(
                #"{"type":"string","pattern":"^ab+$","maxLength":4}"#, ["\"ab\"", "\"abbb\""],
                not: ["\"a\"", "\"abbbb\"", "\"xab\""]),
            KeywordCase(
                #"{"type":"string","pattern":"b","minLength":3}"#, ["\"abc\"", "\"bbb\""], not: ["\"b\"", "\"acc\""]),
            KeywordCase(
                #"{"type":"string","pattern":"^(a|bb)*$","minLength":3,"maxLength":3}"#,
                ["\"aaa\"", "\"abb\"", "\"bba\""], not: ["\"bb\"", "\"bbb\""]),
            KeywordCase(
                #"{"type":"string","pattern":"^.$"}"#,
                ["\"檢\"", "\"\u{1F600}\"", #""\"""#, #""\\""#, #""\t""#, #""\u0001""#],
                not: [#""\n""#, #""\u0009""#, "\"ab\""]),
            KeywordCase(#"{"type":"string","pattern":"^.$","x-plain":true}"#, ["\"a\""], not: [#""\"""#]),
            KeywordCase(
                #"{"type":"string","format":"date"}"#, ["\"2024-02-29\"", "\"2000-02-29\"", "\"0001-12-31\""],
                not: [
                    "\"2023-02-29\"", "\"1900-02-29\"", "\"2024-04-31\"", "\"2024-13-01\"", "\"0000-01-01\"",
                    "\"2024-00-10\"",
                ]),
            KeywordCase(
                #"{"type":"string","format":"time"}"#, ["\"23:59:59Z\"", "\"00:00:00.5+23:59\""],
                not: ["\"24:00:00Z\"", "\"12:00:60Z\"", "\"12:00:00\"", "\"12:00:00.+01:00\""]),
            KeywordCase(
                #"{"type":"string","format":"date-time"}"#, ["\"2024-02-29T12:30:00Z\""],
                not: ["\"2023-02-29T12:30:00Z\"", "\"2024-02-29 12:30:00Z\""]),
            KeywordCase(
                #"{"type":"string","format":"uuid"}"#, ["\"123e4567-e89b-12d3-A456-426614174000\""],
                not: ["\"123e4567e89b12d3a456426614174000\"", "\"123e4567-e89b-12d3-a456-42661417400g\""]),
            KeywordCase(
                #"{"type":"string","format":"date","pattern":"^2024"}"#, ["\"2024-01-01\""], not: ["\"2023-01-01\""]),
            KeywordCase(
                #"{"allOf":[{"type":"string","pattern":"^a"},{"pattern":"z$"},{"maxLength":3}]}"#,
                ["\"az\"", "\"aaz\""], not: ["\"a\"", "\"aaaz\""]),
        ])
    func texts(keyword: KeywordCase) throws { try keyword.check() }

    @Test(
        "references",
        arguments: [
            KeywordCase(##"{"$ref":"#/$defs/a%20b~1","$defs":{"a b/":{"type":"null"}}}"##, ["null"], not: ["1"]),
            KeywordCase(
                ##"{"$ref":"#/$defs/n","minimum":3,"$defs":{"n":{"type":"integer","maximum":4}}}"##, ["3", "4"],
                not: ["2", "5"]),
            KeywordCase(
                ##"{"$ref":"#/anyOf/1","anyOf":[{"type":"null"},{"type":["null","boolean"]}]}"##, ["null", "true"],
                not: ["1"]),
            KeywordCase(##"{"type":"array","items":{"$ref":"#"}}"##, ["[]", "[[],[[]]]"], not: ["[1]"]),
            KeywordCase(
                ##"{"properties":{"definitions":{"type":"null"},"x":{"$ref":"#/properties/definitions"}},"type":"object"}"##,
                [#"{"definitions":null,"x":null}"#], not: [#"{"x":1}"#]),
        ])
    func references(keyword: KeywordCase) throws { try keyword.check() }
}
