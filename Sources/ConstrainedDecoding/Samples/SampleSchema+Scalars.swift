extension SampleSchema {
    /// Patterns, formats and lengths.
    static let texts = [
        SampleSchema(
            name: "formats",
            text: """
                {"type":"object","required":["d","t","dt","u"],"properties":{"d":{"type":"string","format":"date"},
                "t":{"type":"string","format":"time"},"dt":{"type":"string","format":"date-time"},"u":{"type":"string","format":"uuid"}}}
                """),
        SampleSchema(name: "identifier", text: #"{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]{0,31}$"}"#),
        SampleSchema(
            name: "semantic-version",
            text:
                #"{"type":"string","pattern":"^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9a-z.]+)?$","maxLength":40}"#
        ),
        SampleSchema(
            name: "ip-address",
            text: """
                {"type":"string","pattern":"^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$"}
                """),
        SampleSchema(
            name: "mac-addresses",
            text: #"{"type":"array","items":{"type":"string","pattern":"^([0-9A-F]{2}:){5}[0-9A-F]{2}$"},"maxItems":4}"#
        ),
        SampleSchema(
            name: "unanchored-pattern", text: #"{"type":"string","pattern":"F[0-9]{3}","maxLength":60}"#),
        SampleSchema(
            name: "alternating-anchors", text: #"{"type":"string","pattern":"^ERR|WARN$|^INFO: .+$","maxLength":50}"#),
        SampleSchema(
            name: "chinese-text", text: #"{"type":"string","pattern":"^[\\u4e00-\\u9fff，。]{2,30}$"}"#),
        SampleSchema(
            name: "pattern-with-escapes",
            text: #"{"type":"string","pattern":"^\"[^\"\\\\\\n]*\"(\\\\n|\\t)?$","maxLength":30}"#),
        SampleSchema(
            name: "long-text", text: #"{"type":"object","required":["text"],"properties":{"text":{"type":"string"}}}"#),
        SampleSchema(
            name: "short-texts",
            text: #"{"type":"array","minItems":2,"maxItems":20,"items":{"type":"string","minLength":1,"maxLength":8}}"#),
        SampleSchema(
            name: "fixed-length",
            text: #"{"type":"array","maxItems":6,"items":{"type":"string","minLength":4,"maxLength":4,"x-plain":true}}"#
        ),
        SampleSchema(
            name: "many-choices",
            text:
                "{\"type\":\"array\",\"maxItems\":9,\"items\":{\"enum\":[\((0..<600).map { "\"alarm \($0 * 37 % 1000)\"" }.joined(separator: ","))]}}"
        ),
        SampleSchema(
            name: "two-patterns",
            text: #"{"type":"string","allOf":[{"pattern":"^[a-z]+(-[a-z]+)*$"},{"pattern":"^.{3,20}$"}]}"#),
    ]

    /// Bounds and steps of numbers.
    static let numbers = [
        SampleSchema(
            name: "ranges",
            text: """
                {"type":"object","required":["percent","offset","year","step"],"properties":{
                "percent":{"type":"number","minimum":0,"maximum":100},"offset":{"type":"number","exclusiveMinimum":-0.5,"exclusiveMaximum":0.5},
                "year":{"type":"integer","minimum":1990,"maximum":2039},"step":{"type":"integer","multipleOf":25,"minimum":-1000,"maximum":1000},
                "ratio":{"type":"number","minimum":0.001,"maximum":0.0025},"big":{"type":"integer","minimum":1000000007}}}
                """),
        SampleSchema(
            name: "measurements",
            text: """
                {"type":"array","minItems":1,"maxItems":12,"items":{"type":"object","required":["name","value","unit"],"properties":{
                "name":{"enum":["torque","voltage","temperature","pressure"]},"value":{"type":"number"},"unit":{"enum":["Nm","V","°C","bar"]}}}}
                """),
        SampleSchema(
            name: "tuple",
            text:
                #"{"type":"array","prefixItems":[{"type":"integer"},{"type":"string","maxLength":5},{"type":"boolean"}],"minItems":2}"#
        ),
        SampleSchema(
            name: "tuple-and-rest",
            text:
                #"{"type":"array","prefixItems":[{"const":"point"}],"items":{"type":"number","minimum":-180,"maximum":180},"minItems":3,"maxItems":4}"#
        ),
        SampleSchema(
            name: "matrix",
            text:
                #"{"type":"array","minItems":3,"maxItems":3,"items":{"type":"array","minItems":3,"maxItems":3,"items":{"type":"number","minimum":-1,"maximum":1}}}"#
        ),
        SampleSchema(
            name: "odd-step",
            text:
                #"{"type":"array","maxItems":8,"items":{"type":"integer","multipleOf":7919,"exclusiveMinimum":100000}}"#
        ),
    ]
}
