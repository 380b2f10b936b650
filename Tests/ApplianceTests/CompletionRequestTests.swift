import Testing
import Tokenization

@testable import Appliance

@Suite("The body of a completion request")
struct CompletionRequestTests {
    private func read(_ text: String) throws -> CompletionRequest { try CompletionRequest(body: text.utf8) }

    private func format(_ text: String) throws -> ResponseFormat {
        try read(#"{"messages":[{"role":"user","content":"x"}],"response_format":\#(text)}"#).format
    }

    @Test("gives the conversation and how to draw; what it leaves out is greedy and free text")
    func parameters() throws {
        let plain = try read(
            #"{"model":"any","messages":[{"role":"system","content":"s"},{"role":"user","content":"油"}]}"#)
        #expect(plain.messages == [ChatMessage(role: .system, content: "s"), ChatMessage(role: .user, content: "油")])
        #expect(plain == CompletionRequest(messages: plain.messages))
        #expect(plain.temperature == 0 && plain.format == .text)
        let full = try read(
            #"{"messages":[{"role":"user","content":"x"}],"max_tokens":7,"temperature":1.5,"top_p":0.5,"seed":3,"n":1,"stream":false}"#
        )
        #expect(full.maxTokens == 7 && full.temperature == 1.5 && full.topP == 0.5 && full.seed == 3)
    }

    @Test("gives a schema with its properties in their order, also where it is a text")
    func schemas() throws {
        let schema = #"{"properties":{"b":{},"a":{"const":1.50}}}"#
        #expect(
            try format(#"{"type":"json_schema","json_schema":{"name":"n","schema":\#(schema)}}"#) == .jsonSchema(schema)
        )
        #expect(
            try format(#"{"type":"json_schema","json_schema":{"strict":true,"schema":"{\"type\":\"null\"}"}}"#)
                == .jsonSchema(#"{"type":"null"}"#))
        #expect(try format(#"{"type":"json_object"}"#) == .jsonSchema(#"{"type":"object"}"#))
        #expect(try format(#"{"type":"text"}"#) == .text)
        #expect(try format(#"{"type":"regex","regex":"a+"}"#) == .regex("a+"))
        #expect(try format(#"{"type":"choice","choices":["a","b"]}"#) == .choice(["a", "b"]))
    }

    @Test(
        "is refused with the place of what is wrong",
        arguments: [
            ("", "the body"), ("[]", "the body"), ("{}", "messages"), (#"{"messages":[]}"#, "messages"),
            (#"{"messages":[{"role":"tool","content":"x"}]}"#, "messages[0].role"),
            (#"{"messages":[{"role":"user","content":[]}]}"#, "messages[0].content"),
            (#"{"messages":[{"role":"user","content":"x"}],"tools":[]}"#, "tools"),
            (#"{"messages":[{"role":"user","content":"x"}],"stream":true}"#, "stream"),
            (#"{"messages":[{"role":"user","content":"x"}],"n":2}"#, "n"),
            (#"{"messages":[{"role":"user","content":"x"}],"max_tokens":0}"#, "max_tokens"),
            (#"{"messages":[{"role":"user","content":"x"}],"top_p":0}"#, "top_p"),
            (#"{"messages":[{"role":"user","content":"x"}],"temperature":1e400}"#, "temperature"),
            (#"{"messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}}"#, "response_format.type"),
            (
                #"{"messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{}}}"#,
                "response_format.json_schema.schema"
            ),
            (
                #"{"messages":[{"role":"user","content":"x"}],"response_format":{"type":"choice","choices":[1]}}"#,
                "response_format.choices"
            ),
        ])
    func refusals(body: String, place: String) throws {
        #expect {
            try read(body)
        } throws: {
            "\($0)".hasPrefix("\(place): ")
        }
    }
}
