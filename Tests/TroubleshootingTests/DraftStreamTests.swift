import Testing

@testable import Troubleshooting

@Suite("Reading a draft")
struct DraftStreamTests {
    private func read(_ text: String) throws -> [DraftStream.Element] {
        var stream = DraftStream()
        let elements = try text.utf8.compactMap { byte in try stream.append(byte) }
        try stream.finish()
        return elements
    }

    private let sample = Samples.draft(
        [("檢查油位 {T1}, [V3].", ["p1"]), ("Replace filter HF-20.", ["p1", "p2"])], escalation: "call service")

    @Test("each step comes as its object closes, the escalation last")
    func elements() throws {
        #expect(
            try read(sample) == [
                .step(DraftStep(action: "檢查油位 {T1}, [V3].", cite: ["p1"])),
                .step(DraftStep(action: "Replace filter HF-20.", cite: ["p1", "p2"])),
                .escalation("call service"),
            ])
    }

    @Test("a draft cut off at any byte is an error, and yields only what had closed")
    func everyPrefix() throws {
        let bytes = Array(sample.utf8)
        for length in 0..<bytes.count {
            var stream = DraftStream()
            var elements: [DraftStream.Element] = []
            for byte in bytes.prefix(length) {
                if let element = try stream.append(byte) { elements.append(element) }
            }
            #expect(throws: DraftError.self) { try stream.finish() }
            #expect(elements.count <= 3)
        }
    }

    @Test("a changed byte never yields a text that was not in the draft's place")
    func everyByteChanged() {
        let bytes = Array(sample.utf8)
        for index in bytes.indices {
            for replacement in [UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x00, 0x80, 0xFF, UInt8(ascii: "}")] {
                var changed = bytes
                changed[index] = replacement
                let text = String(decoding: changed, as: UTF8.self)
                var stream = DraftStream()
                for byte in changed {
                    guard let element = try? stream.append(byte) else { continue }
                    if case .step(let step) = element { #expect(text.contains(step.action)) }
                }
            }
        }
    }

    @Test(
        "only the schema is read",
        arguments: [
            "", "{}", "[]", "null", "{ \"steps\":[]}", "{\"steps\":[],\"escalation\":\"\"}",
            "{\"steps\":[{\"cite\":[\"p1\"],\"action\":\"a\"}],\"escalation\":\"\"}",
            "{\"steps\":[{\"action\":\"a\",\"cite\":[]}],\"escalation\":\"\"}",
            "{\"steps\":[{\"action\":\"\",\"cite\":[\"p1\"]}],\"escalation\":\"\"}",
            "{\"steps\":[{\"action\":\"a\",\"cite\":[\"p1\",\"p2\",\"p3\"]}],\"escalation\":\"\"}",
            "{\"steps\":[{\"action\":\"a\",\"cite\":[\"p1\"],\"x\":1}],\"escalation\":\"\"}",
            "{\"steps\":[{\"action\":\"a\\u0041\",\"cite\":[\"p1\"]}],\"escalation\":\"\"}",
            "{\"steps\":[{\"action\":\"a\\\"b\",\"cite\":[\"p1\"]}],\"escalation\":\"\"}",
            "{\"steps\":[{\"action\":\"a\",\"cite\":[\"p1\"]}],\"escalation\":\"a\\n\"}",
            "{\"steps\":[{\"action\":\"a\",\"cite\":[\"p1\"]}],\"escalation\":\"\"}}",
            "{\"steps\":[{\"action\":\"a\",\"cite\":[\"p1\"]}],\"escalation\":null}",
            "{\"steps\":[{\"action\":1,\"cite\":[\"p1\"]}],\"escalation\":\"\"}",
        ])
    func otherJSON(text: String) {
        #expect(throws: DraftError.self) { try read(text) }
    }

    @Test("length and number of steps are bounded")
    func bounds() throws {
        let step = (action: "Check T1.", cite: ["p1"])
        #expect(try read(Samples.draft(Array(repeating: step, count: 12))).count == 13)
        #expect(throws: DraftError.self) { try read(Samples.draft(Array(repeating: step, count: 13))) }
        let longest = String(repeating: "油", count: 400)
        #expect(try read(Samples.draft([(longest, ["p1"])], escalation: longest)).count == 2)
        #expect(throws: DraftError.self) { try read(Samples.draft([(longest + "油", ["p1"])])) }
        #expect(throws: DraftError.self) { try read(Samples.draft([step], escalation: longest + "油")) }
        #expect(throws: DraftError.self) {
            try read("{\"steps\":[{\"action\":\"" + String(repeating: "a", count: 9_999))
        }
    }

    @Test("an error names the byte and what was expected there")
    func errorPlace() {
        let error = #expect(throws: DraftError.self) { try read("{\"steps\":[x") }
        #expect(error?.offset == 10)
        #expect(error?.description == "draft byte 10: expected {")
    }
}
