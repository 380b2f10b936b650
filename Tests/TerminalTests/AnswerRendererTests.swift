import Domain
import Foundation
import Testing

@testable import Terminal

@Suite("Answers on a screen")
struct AnswerRendererTests {
    private let renderer = AnswerRenderer(style: Style(isColored: false), columns: 60)

    private func answer(_ procedures: String, repairs: String = "") throws -> Answer {
        let json = #"""
            {"candidates":[],"citations":[],"procedures":[\#(procedures)],"provenance":{"library":1,"prompt_version":1,\#
            "verifier":{"dropped_steps":0}},"safety":[],"schema":2,"status":"answered","suggestions":[],\#
            "timing_ms":{"retrieve":1,"total":2},"title":"Dead"\#(repairs)}
            """#
        return try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
    }

    private let fuse =
        #"{"cause":"Fuse F3 blown.","cite":"p1","steps":[{"n":1,"action":"Replace F3.","cite":["p1"]}],"escalation":"Call A."}"#
    private let board = #"{"cite":"p2","steps":[{"n":1,"action":"Reset.","cite":["p2"]}]}"#

    @Test("before each of several procedures stands when it is the one, and after it when to call")
    func several() throws {
        let answer = try answer(fuse + "," + board)
        #expect(
            renderer.render(answer, language: .english) == [
                "Steps: Dead", "If Fuse F3 blown:", "1. Replace F3. [p1]", "Call for help: Call A.",
                "Procedure 2 [p2]:",
                "1. Reset. [p2]",
            ])
        #expect(
            renderer.render(answer, language: .traditionalChinese) == [
                "處置步驟: Dead", "若Fuse F3 blown：", "1. Replace F3. [p1]", "求助: Call A.", "處置 2 [p2]：",
                "1. Reset. [p2]",
            ])
        #expect(renderer.renderEnd(of: answer, language: .english) == ["If Fuse F3 blown:", "Call for help: Call A."])
    }

    @Test("a sole procedure has no condition before it")
    func sole() throws {
        let answer = try answer(fuse)
        #expect(
            renderer.render(answer, language: .english) == [
                "Steps: Dead", "1. Replace F3. [p1]", "Call for help: Call A.",
            ])
        #expect(renderer.renderEnd(of: answer, language: .english) == ["Call for help: Call A."])
    }

    @Test("beside several procedures the plant's records name no step's number")
    func repairs() throws {
        let repairs = #"""
            ,"repairs":{"code":"F2","machine_model":"m","records":3,"fixed":2,"sources":["log.csv"],"actions":[\#
            {"action":"Reset.","step":2,"times":2,"fixed":2}]}
            """#
        #expect(
            renderer.render(try answer(fuse, repairs: repairs), language: .english).contains(
                "2 of 3 times: step 2: Reset."))
        #expect(
            renderer.render(try answer(fuse + "," + board, repairs: repairs), language: .english)
                .contains("2 of 3 times: Reset."))
    }
}
