extension SampleSchema {
    /// Objects with fixed and optional properties, and lists of them.
    static let records = [
        SampleSchema(
            name: "troubleshooting-draft",
            text: """
                {"type":"object","properties":{"steps":{"type":"array","minItems":1,"maxItems":12,"items":
                {"type":"object","properties":{"action":{"type":"string","minLength":1,"maxLength":400,"x-plain":true},
                "cite":{"type":"array","minItems":1,"maxItems":2,"items":{"enum":["p1","p2","p3","p4"]}}},
                "required":["action","cite"],"additionalProperties":false}},
                "escalation":{"type":"string","maxLength":400,"x-plain":true}},
                "required":["steps","escalation"],"additionalProperties":false}
                """),
        SampleSchema(
            name: "fault-event",
            text: """
                {"type":"object","required":["machine","code","at"],"additionalProperties":false,"properties":{
                "machine":{"type":"string","pattern":"^[a-z]+-[0-9]{2}$"},"code":{"type":"string","pattern":"^F[0-9]{3,5}$"},
                "severity":{"enum":["low","medium","high","critical"]},"at":{"type":"string","format":"date-time"},
                "message":{"type":"string","maxLength":200},"active":{"type":"boolean"}}}
                """),
        SampleSchema(
            name: "optional-everything",
            text: """
                {"type":"object","additionalProperties":false,"properties":{"alpha":{"type":"integer"},"beta":{"type":"string"},
                "gamma":{"type":"boolean"},"delta":{"type":"null"},"epsilon":{"type":"number"},"zeta":{"const":"fixed"},
                "eta":{"enum":[1,2,3]},"theta":{"type":"array","items":{"type":"boolean"},"maxItems":4}}}
                """),
        SampleSchema(
            name: "work-order",
            text: """
                {"type":"object","required":["id","machine","tasks"],"properties":{"id":{"type":"string","format":"uuid"},
                "machine":{"type":"string","minLength":3,"maxLength":20},"due":{"type":"string","format":"date"},
                "tasks":{"type":"array","minItems":1,"maxItems":6,"items":{"type":"object","required":["text","minutes"],
                "properties":{"text":{"type":"string","minLength":5,"maxLength":120},
                "minutes":{"type":"integer","minimum":5,"maximum":480,"multipleOf":5},
                "tools":{"type":"array","maxItems":3,"items":{"enum":["wrench","multimeter","crimper","torque driver"]}}}}},
                "assignee":{"type":["string","null"],"maxLength":40}}}
                """),
        SampleSchema(
            name: "bilingual-answer",
            text: """
                {"type":"object","required":["標題","步驟"],"properties":{"標題":{"type":"string","maxLength":60},
                "步驟":{"type":"array","minItems":1,"maxItems":8,"items":{"type":"string","minLength":2,"maxLength":100,"x-plain":true}},
                "english":{"type":"string","maxLength":300}}}
                """),
        SampleSchema(
            name: "spare-parts",
            text: """
                {"type":"array","maxItems":5,"items":{"type":"object","required":["number","quantity"],"properties":{
                "number":{"type":"string","pattern":"^[A-Z]{2}[0-9]{4}(-[A-Z0-9]{2})?$"},
                "quantity":{"type":"integer","minimum":1,"maximum":99},"note":{"type":"string","maxLength":80}}}}
                """),
        SampleSchema(
            name: "shared-key-beginnings",
            text: """
                {"type":"object","required":["temperature"],"properties":{"temp":{"type":"integer","minimum":-40,"maximum":150},
                "temperature":{"type":"number","minimum":-40,"maximum":150},"temperatureUnit":{"enum":["C","F","K"]},
                "time":{"type":"string","format":"time"},"timeZone":{"type":"string","pattern":"^[A-Z][a-z]+/[A-Z][a-z]+$"}}}
                """),
        SampleSchema(
            name: "awkward-keys",
            text: #"""
                {"type":"object","required":["a\"b","é/~"],"properties":{"":{"type":"boolean"},"a\"b":{"type":"integer"},
                "line\nbreak":{"type":"null"},"é/~":{"enum":["\\","\"","\u0001","é"]},"\\":{"const":{"b":[1,null],"a":{}}}}}
                """#),
        SampleSchema(
            name: "wide-record",
            text: """
                {"type":"object","required":["c05","c15"],"properties":{\((0..<24).map {
                "\"c\($0 < 10 ? "0" : "")\($0)\":{\"type\":\"\(["integer", "string", "boolean"][$0 % 3])\"}"
                }.joined(separator: ","))}}
                """),
        SampleSchema(
            name: "maintenance-log",
            text: """
                {"type":"object","required":["entries"],"properties":{"entries":{"type":"array","minItems":1,"maxItems":10,
                "items":{"type":"object","required":["date","kind"],"properties":{"date":{"type":"string","format":"date"},
                "kind":{"enum":["inspection","repair","lubrication","calibration"]},"hours":{"type":"number","minimum":0,"maximum":24},
                "by":{"type":"string","pattern":"^[A-Z]\\\\. [A-Z][a-z]{1,15}$"}}}}}}
                """),
    ]

    /// Free and half-free objects.
    static let settings = [
        SampleSchema(
            name: "string-map",
            text: #"{"type":"object","additionalProperties":{"type":"string","maxLength":60},"maxProperties":8}"#),
        SampleSchema(
            name: "settings-with-extras",
            text: """
                {"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":30},
                "enabled":{"type":"boolean"}},"additionalProperties":{"type":"integer","minimum":0}}
                """),
        SampleSchema(
            name: "counted-properties",
            text: """
                {"type":"object","minProperties":2,"maxProperties":3,"additionalProperties":false,"required":["d"],"properties":{
                "a":{"type":"integer"},"b":{"type":"string","maxLength":9},"c":{"type":"boolean"},"d":{"type":"null"},"e":{"const":1}}}
                """),
        SampleSchema(
            name: "counted-extras",
            text: """
                {"type":"object","minProperties":3,"properties":{"a":{"type":"boolean"},"aa":{"type":"boolean"}},
                "additionalProperties":{"type":"boolean"}}
                """),
        SampleSchema(
            name: "plc-registers",
            text: """
                {"type":"object","required":["unit","registers"],"properties":{"unit":{"type":"integer","minimum":1,"maximum":247},
                "registers":{"type":"object","minProperties":1,"maxProperties":5,"additionalProperties":{"type":"object",
                "required":["address","type"],"properties":{"address":{"type":"integer","minimum":0,"maximum":65535},
                "type":{"enum":["u16","s16","u32","float"]},"scale":{"type":"number","exclusiveMinimum":0,"maximum":1000}}}}}}
                """),
        SampleSchema(name: "any-value", text: "{}"),
        SampleSchema(
            name: "free-payload",
            text:
                #"{"type":"object","required":["topic","payload"],"properties":{"topic":{"type":"string"},"payload":true}}"#
        ),
        SampleSchema(name: "free-array", text: #"{"type":"array","minItems":1}"#),
    ]
}
