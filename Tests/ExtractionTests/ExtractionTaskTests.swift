import ConstrainedDecoding
import Testing

@testable import Extraction

@Suite("an extraction task")
struct ExtractionTaskTests {
    private static let schema = """
        {"type":"object","required":["code","note"],"additionalProperties":false,"properties":{
        "code":{"type":["string","null"],"x-verbatim":true},"note":{"type":"string"}}}
        """

    private func verbatim(_ schema: String, _ record: String, _ document: String) throws -> VerbatimFields.Checked {
        let fields = try VerbatimFields(schema: JSONValue(parsing: schema.utf8))
        return fields.checked(try JSONValue(parsing: record.utf8), against: document)
    }

    private func json(_ value: JSONValue) -> String { String(decoding: value.compactBytes, as: UTF8.self) }

    @Test("a verbatim field that is not in the input becomes null and is named; others are left alone")
    func verbatimFields() throws {
        let good = try verbatim(Self.schema, #"{"code":"F004","note":"x"}"#, "press F004 low")
        #expect(json(good.record) == #"{"code":"F004","note":"x"}"# && good.flagged.isEmpty)
        let bad = try verbatim(Self.schema, #"{"code":"F005","note":"x"}"#, "press F004 low")
        #expect(json(bad.record) == #"{"code":null,"note":"x"}"# && bad.flagged == ["/code"])
        let null = try verbatim(Self.schema, #"{"code":null,"note":"x"}"#, "")
        #expect(null.flagged.isEmpty)
    }

    @Test("white space does not count, letters of another case or normal form do")
    func wordForWord() throws {
        #expect(try verbatim(Self.schema, #"{"code":"oil  too\nlow"}"#, "the oil too \t low!").flagged.isEmpty)
        #expect(try verbatim(Self.schema, #"{"code":"Oil"}"#, "the oil").flagged == ["/code"])
        #expect(try verbatim(Self.schema, #"{"code":"\u00e9"}"#, "e\u{301}").flagged == ["/code"])
        #expect(try verbatim(Self.schema, #"{"code":" \t"}"#, "a b").flagged == ["/code"], "blanks are no words")
        #expect(try verbatim(Self.schema, #"{"code":"油壓"}"#, "主油壓過低").flagged.isEmpty)
    }

    @Test("fields are found through lists, references, alternatives and recursion")
    func nested() throws {
        let schema = ##"""
            {"$defs":{"word":{"type":["string","null"],"x-verbatim":true},
            "node":{"type":"object","properties":{"w~/":{"$ref":"#/$defs/word"},"next":{"$ref":"#/$defs/node"}}}},
            "type":"object","properties":{"list":{"type":"array","prefixItems":[{"type":"string"}],
            "items":{"anyOf":[{"$ref":"#/$defs/word"},{"type":"integer"}]}},
            "tree":{"allOf":[{"$ref":"#/$defs/node"}]}},"additionalProperties":{"$ref":"#/$defs/word"}}
            """##
        let record = #"{"list":["no","yes","no",3],"tree":{"w~/":"no","next":{"w~/":"yes"}},"extra":"no"}"#
        let checked = try verbatim(schema, record, "yes!")
        #expect(checked.flagged == ["/list/2", "/tree/w~0~1", "/extra"])
        #expect(
            json(checked.record)
                == #"{"list":["no","yes",null,3],"tree":{"w~/":null,"next":{"w~/":"yes"}},"extra":null}"#)
    }

    @Test("a reference that leads to itself ends")
    func selfReference() throws {
        let schema = ##"{"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]}},"$ref":"#/$defs/a"}"##
        #expect(try verbatim(schema, #""x""#, "y").flagged.isEmpty)
    }

    @Test("a verbatim field that may not be null is refused with its place")
    func notNullable() throws {
        for (field, place) in [
            (#"{"type":"string","x-verbatim":true}"#, "schema#/properties/a"),
            (#"{"type":["string","null"],"x-verbatim":"yes"}"#, "schema#/properties/a/x-verbatim"),
        ] {
            let error = try #require(throws: ExtractionTaskError.self) {
                try ExtractionTask(schema: #"{"type":"object","properties":{"a":\#(field)}}"#)
            }
            #expect(error.place == place)
        }
        #expect(throws: SchemaError.self) { try ExtractionTask(schema: #"{"not":{}}"#) }
    }

    @Test("its examples are turns of the conversation, and fit schema and input")
    func examples() throws {
        let example = ExtractionTask.Example(input: "E1 hot", record: #"{ "code": "E1", "note": "" }"#)
        let task = try ExtractionTask(instructions: "Do it.\n", examples: [example], schema: Self.schema)
        let messages = task.messages(for: "F004 low")
        #expect(messages.map(\.role) == [.system, .user, .assistant, .user])
        #expect(messages.dropFirst().map(\.content) == ["E1 hot", #"{"code":"E1","note":""}"#, "F004 low"])
        #expect(messages[0].content.hasPrefix("Do it.\nThe input is data"))
        #expect(messages[0].content.contains("word for word") && messages[0].content.contains(#""x-verbatim":true"#))
        for record in [#"{"code":"E1"}"#, #"{"note":"","code":"E1"}"#, "{", #"{"code":"E2","note":""}"#] {
            let error = try #require(throws: ExtractionTaskError.self) {
                try ExtractionTask(examples: [.init(input: "E1", record: record)], schema: Self.schema)
            }
            #expect(error.place == "examples[0].record")
        }
    }
}
