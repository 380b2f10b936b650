import Domain
import Foundation
import Testing

@Suite("Schemas of answers")
struct AnswerSchemaTests {
    /// As written before there were procedures; the second one mixes two records.
    private static let first = [
        #"""
        {"answer_id":"87c6c181a3d4f4d9-2","candidates":[],"citations":[{"heading":["Alarms of the hydraulic unit","P101 Hydraulic pressure low"],"id":"p1","manual":"halden-sp200-press.md","page":40,"revision":1}],"code":"P101","escalation":"If the alarm returns within 10 minutes, call service.","incident":1,"machine":"press-01","provenance":{"library":1,"model":"Andon demonstration model","model_sha256":"aef047bc3cf1fc4bf26bb6336b0a054359608352bb4f7478ceab2c270242b681","prompt_version":1,"verifier":{"dropped_steps":2}},"safety":[{"cite":"p1","signal_word":"WARNING","text":"Oil under pressure can pierce the skin. Open relief valve V9 and wait until gauge M2 reads 0 MPa before you loosen a fitting."}],"schema":1,"status":"answered","steps":[{"action":"Check the oil level in tank T1; it must stand between the two marks.","cite":["p1"],"n":1},{"action":"Replace suction filter HF-20 if its indicator is red.","cite":["p1"],"n":2},{"action":"Set the clamping pressure to 12.5 MPa with valve V3.","cite":["p1"],"n":3},{"action":"Tighten the fitting at hose H4 if oil drips from it.","cite":["p1"],"n":4}],"suggestions":[],"timing_ms":{"first_token":573.219304,"retrieve":0.645749,"total":1380.685542},"title":"Hydraulic pressure low"}
        """#,
        #"""
        {"candidates":[],"citations":[{"heading":["Alarms"],"id":"p1","manual":"rep.md","revision":1},{"heading":["Alarms"],"id":"p2","manual":"rep.md","revision":1}],"code":"F200","provenance":{"library":1,"model":"Andon demonstration model","model_sha256":"aef047bc3cf1fc4bf26bb6336b0a054359608352bb4f7478ceab2c270242b681","prompt_version":1,"verifier":{"dropped_steps":1}},"safety":[],"schema":1,"status":"answered","steps":[{"action":"Switch off Q1.","cite":["p1"],"n":1},{"action":"Replace fuse F3.","cite":["p1"],"n":2},{"action":"Open the guard G2.","cite":["p2"],"n":3},{"action":"Clean the guard switch.","cite":["p2"],"n":4},{"action":"Close the guard G2.","cite":["p2"],"n":5},{"action":"Switch on Q1.","cite":["p1"],"n":6}],"suggestions":[],"timing_ms":{"first_token":376.772527,"retrieve":1.550313,"total":793.600184},"title":"Control circuit dead"}
        """#,
    ]

    private static let second = #"""
        {"candidates":[],"citations":[],"procedures":[{"cause":"Fuse F3 blown","cite":"p1","steps":[\#
        {"action":"Switch off Q1.","cite":["p1"],"n":1},{"action":"Replace fuse F3.","cite":["p1"],"n":2}]},\#
        {"cause":"Guard switch dirty","cite":"p2","escalation":"Call service.","steps":[\#
        {"action":"Switch off Q1.","cite":["p2"],"n":1}]}],"provenance":{"library":1,"prompt_version":1,\#
        "verifier":{"dropped_steps":0,"version":2}},"safety":[],"schema":2,"status":"answered","steps":[],\#
        "suggestions":[],"timing_ms":{"retrieve":1,"total":2}}
        """#

    private func answer(_ json: String) throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
    }

    @Test("an answer of schema 1 reads as before and is written as it was read", arguments: first)
    func schemaOne(json: String) throws {
        let answer = try answer(json)
        #expect(answer.schema == 1 && answer.procedures.count == 1)
        #expect(answer.steps.map(\.n) == Array(1...answer.steps.count))
        #expect(json.contains("escalation") == (answer.escalation != nil))
        #expect(answer.provenance.verifier.version == nil)
        #expect(String(decoding: try answer.json(), as: UTF8.self) == json)
    }

    @Test("an answer of schema 1 that is given again is one of schema 2 with the same steps", arguments: first)
    func givenAgain(json: String) throws {
        let old = try answer(json)
        let again = try answer(
            String(decoding: old.reissued(machine: nil, code: old.code).json(), as: UTF8.self))
        #expect(again.schema == 2 && again.steps == old.steps && again.escalation == old.escalation)
    }

    @Test("several procedures are written as such, with no steps beside them; a sole one's stand there too")
    func schemaTwo() throws {
        let several = try answer(Self.second)
        #expect(several.procedures.count == 2 && several.steps.isEmpty && several.escalation == nil)
        #expect(String(decoding: try several.json(), as: UTF8.self) == Self.second)
        #expect(several.provenance.verifier.version == 2)
        let sole = try answer(Self.first[0]).reissued(machine: nil, code: nil)
        let text = String(decoding: try sole.json(), as: UTF8.self)
        #expect(text.contains(#""schema":2"#) && text.contains(#""procedures":[{"#))
        #expect(text.components(separatedBy: "If the alarm returns within 10 minutes").count == 3)
        #expect(throws: DecodingError.self) { try answer(Self.second.replacing(#""procedures""#, with: #""p""#)) }
    }

    @Test("the steps of several procedures are edited below their headings")
    func edited() throws {
        let answer = try answer(Self.second)
        let text = EditedProcedures.text(of: answer)
        #expect(
            text == """
                # p1: Fuse F3 blown
                Switch off Q1.
                Replace fuse F3.
                # p2: Guard switch dirty
                Switch off Q1.

                """)
        let same = try EditedProcedures.actions(in: text, of: answer)
        #expect(answer.approved(by: "Lin", at: Date(), procedures: same)?.approval?.edited == false)
        let swapped = "\n# p2\n#2 pump: check it.\n Switch off Q1. \n\n# p1 : whatever\nReplace fuse F3.\n"
        let actions = try EditedProcedures.actions(in: swapped, of: answer)
        let edited = try #require(answer.approved(by: "Lin", at: Date(), procedures: actions))
        #expect(
            edited.procedures.map { $0.steps.map(\.action) } == [
                ["Replace fuse F3."], ["#2 pump: check it.", "Switch off Q1."],
            ])
        #expect(edited.procedures.map { $0.steps.map(\.cite) } == [[["p1"]], [[], ["p2"]]])
        #expect(edited.procedures.map(\.cause) == answer.procedures.map(\.cause))
        #expect(edited.procedures[1].escalation == "Call service." && edited.approval?.edited == true)
        #expect(answer.approved(by: "Lin", at: Date(), actions: ["Call Lin."]) == nil, "of which procedure?")
    }

    @Test(
        "an edit that loses, mixes or invents a procedure is refused with its line",
        arguments: [
            ("Switch off Q1.", 1), ("# p1\nx\n# p1\ny\n# p2\nz", 3), ("# p1\nx\n# p3\ny", 3),
            ("# p1\nx", nil), ("# p1\nx\n# Guard switch dirty\ny", nil), ("# p1\nx\n# p2\n", nil), ("", nil),
        ] as [(String, Int?)])
    func badEdit(text: String, line: Int?) throws {
        let answer = try answer(Self.second)
        let problem = #expect(throws: EditedProcedures.Problem.self) {
            try EditedProcedures.actions(in: text, of: answer)
        }
        #expect(problem?.line == line)
    }

    @Test("a sole procedure needs no heading")
    func soleEdit() throws {
        let answer = try answer(Self.first[0])
        #expect(EditedProcedures.text(of: answer).hasPrefix("Check the oil level in tank T1;"))
        for text in ["Call Lin.\n# p9 x", "# p1\nCall Lin.\n# p9 x"] {
            #expect(try EditedProcedures.actions(in: text, of: answer) == [["Call Lin.", "# p9 x"]])
        }
        #expect(throws: EditedProcedures.Problem.self) { try EditedProcedures.actions(in: "\n ", of: answer) }
    }
}
