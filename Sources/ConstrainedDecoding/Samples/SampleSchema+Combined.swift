extension SampleSchema {
    /// Unions and intersections.
    static let combinations = [
        SampleSchema(
            name: "discriminated-union",
            text: """
                {"oneOf":[{"type":"object","required":["kind","path"],"properties":{"kind":{"const":"file"},"path":{"type":"string","maxLength":60}}},
                {"type":"object","required":["kind","url"],"properties":{"kind":{"const":"link"},"url":{"type":"string","pattern":"^https://[a-z.]+/"}}},
                {"type":"object","required":["kind"],"properties":{"kind":{"const":"none"}}}]}
                """),
        SampleSchema(
            name: "tool-call",
            text: """
                {"type":"object","required":["tool","arguments"],"properties":{"tool":{"enum":["search","acknowledge"]},"arguments":true},
                "anyOf":[{"properties":{"tool":{"const":"search"},"arguments":{"type":"object","required":["query"],"additionalProperties":false,
                "properties":{"query":{"type":"string","minLength":1,"maxLength":80},"limit":{"type":"integer","minimum":1,"maximum":50}}}}},
                {"properties":{"tool":{"const":"acknowledge"},"arguments":{"type":"object","required":["incident"],"additionalProperties":false,
                "properties":{"incident":{"type":"integer","minimum":1}}}}}]}
                """),
        SampleSchema(
            name: "value-or-list",
            text:
                #"{"anyOf":[{"type":"string","maxLength":30},{"type":"array","minItems":1,"maxItems":5,"items":{"type":"string","maxLength":30}}]}"#
        ),
        SampleSchema(
            name: "overlapping-texts",
            text:
                #"{"anyOf":[{"type":"string","maxLength":6},{"type":"string","pattern":"^[a-z]{4,12}$"},{"enum":["emergency stop","reset"]}]}"#
        ),
        SampleSchema(
            name: "nullable",
            text: """
                {"type":"object","required":["a","b","c"],"properties":{"a":{"type":["string","null"],"maxLength":20},
                "b":{"anyOf":[{"type":"integer","minimum":0,"maximum":9},{"type":"null"}]},"c":{"type":["boolean","number","null"]}}}
                """),
        SampleSchema(
            name: "merged",
            text: """
                {"$defs":{"base":{"type":"object","required":["id"],"properties":{"id":{"type":"integer","minimum":1},"note":{"type":"string"}}}},
                "allOf":[{"$ref":"#/$defs/base"},{"properties":{"id":{"maximum":500},"note":{"maxLength":25},"done":{"type":"boolean"}},
                "required":["done"]}]}
                """),
        SampleSchema(
            name: "either-identity",
            text: """
                {"type":"object","properties":{"serial":{"type":"string","pattern":"^[0-9]{8}$"},"tag":{"type":"string","maxLength":12},
                "place":{"type":"string","maxLength":20}},"anyOf":[{"required":["serial"]},{"required":["tag"]}]}
                """),
        SampleSchema(
            name: "ranges-apart",
            text:
                #"{"type":"array","maxItems":6,"items":{"oneOf":[{"type":"integer","maximum":-10},{"type":"integer","minimum":10},{"const":"off"}]}}"#
        ),
        SampleSchema(
            name: "steps-of-kinds",
            text: """
                {"type":"array","minItems":1,"maxItems":6,"items":{"anyOf":[
                {"type":"object","required":["check","expect"],"properties":{"check":{"type":"string","maxLength":40},"expect":{"type":"string","maxLength":40}}},
                {"type":"object","required":["replace"],"properties":{"replace":{"type":"string","maxLength":40},"part":{"type":"string","pattern":"^[A-Z0-9-]{4,12}$"}}},
                {"type":"object","required":["wait"],"properties":{"wait":{"type":"integer","minimum":1,"maximum":3600}}},
                {"const":"call service"}]}}
                """),
        SampleSchema(
            name: "filtered-values",
            text:
                #"{"enum":[1,2.5,"a","abc",null,[1],{"k":"v"}],"anyOf":[{"type":"string","minLength":2},{"type":"number","minimum":2},{"type":"object"}]}"#
        ),
    ]

    /// References, with and without recursion.
    static let recursions = [
        SampleSchema(
            name: "tree",
            text: """
                {"type":"object","required":["label"],"properties":{"label":{"type":"string","maxLength":20},
                "children":{"type":"array","maxItems":3,"items":{"$ref":"#"}}}}
                """),
        SampleSchema(
            name: "linked-list",
            text:
                ##"{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["v","next"],"properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}}}}}"##
        ),
        SampleSchema(
            name: "expression",
            text: """
                {"$defs":{"expression":{"anyOf":[{"type":"number"},{"type":"string","pattern":"^[a-z]$"},{"$ref":"#/$defs/operation"}]},
                "operation":{"type":"array","prefixItems":[{"enum":["+","-","*","/"]},{"$ref":"#/$defs/expression"},{"$ref":"#/$defs/expression"}],
                "minItems":3}},"$ref":"#/$defs/expression"}
                """),
        SampleSchema(
            name: "fault-tree",
            text: """
                {"$defs":{"gate":{"type":"object","required":["gate","inputs"],"properties":{"gate":{"enum":["and","or"]},
                "inputs":{"type":"array","minItems":1,"maxItems":4,"items":{"$ref":"#/$defs/cause"}}}},
                "cause":{"oneOf":[{"$ref":"#/$defs/gate"},{"type":"string","minLength":3,"maxLength":40}]}},
                "type":"object","required":["fault","cause"],"properties":{"fault":{"type":"string","pattern":"^[A-Z]+-[0-9]+$","maxLength":12},
                "cause":{"$ref":"#/$defs/cause"}}}
                """),
        SampleSchema(
            name: "shared-definitions",
            text: """
                {"definitions":{"point":{"type":"object","required":["x","y"],"properties":{"x":{"$ref":"#/definitions/coordinate"},
                "y":{"$ref":"#/definitions/coordinate"}}},"coordinate":{"type":"integer","minimum":-9999,"maximum":9999}},
                "type":"object","required":["from","to"],"properties":{"from":{"$ref":"#/definitions/point"},"to":{"$ref":"#/definitions/point"},
                "via":{"type":"array","maxItems":3,"items":{"$ref":"#/definitions/point"}}}}
                """),
        SampleSchema(
            name: "nested-lists",
            text: ##"{"type":"array","maxItems":3,"items":{"anyOf":[{"type":"boolean"},{"$ref":"#"}]}}"##),
        SampleSchema(
            name: "ambiguous-recursion",
            text: """
                {"anyOf":[{"type":"object","required":["n"],"properties":{"n":{"$ref":"#"}}},
                {"type":"object","required":["n"],"properties":{"n":{"$ref":"#"},"m":{"type":"null"}}},{"type":"null"}]}
                """),
    ]
}
