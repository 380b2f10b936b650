import Domain
import Foundation
import Testing

@testable import Manuals

/// Retrieval over the sample manuals, all imported into one library.
@Suite struct RetrievalTests {
    private let library: Library

    init() throws { library = try SampleManuals.library.get() }

    @Test("a code leads to its passage however it is written", arguments: ["F012", "f-012", "F 012", "Ｆ０１２", "F.012"])
    func exactCode(written: String) throws {
        let found = try library.retrieve(.code(written, model: "kestrel-vx40")).passages
        #expect(found.first?.passage.title == "Hardware overcurrent")
        #expect(found.first?.match == .code)
        #expect(found.first?.score == 1)
    }

    @Test("a machine model is found in any case")
    func modelCase() throws {
        #expect(!(try library.retrieve(.code("F012", model: "Kestrel-VX40")).passages.isEmpty))
    }

    @Test("leading zeros may be missing or added where one code results")
    func leadingZeros() throws {
        let found = try library.retrieve(.code("F12", model: "kestrel-vx40")).passages
        #expect(found.first?.passage.codes.map(\.written) == ["F012"])
        #expect(found.first?.match == .codeVariant)
        #expect(try library.retrieve(.code("AL-012", model: "lingfeng-vmc850")).passages.first?.match == .codeVariant)
    }

    @Test("a code of two machine models is ambiguous without a model and clear with one")
    func ambiguous() throws {
        let candidates = try library.retrieve(.code("E-07")).candidates
        #expect(candidates.map(\.machineModel.rawValue) == ["lingfeng-vmc850", "norvia-bc60"])
        #expect(candidates.map(\.title) == ["潤滑油量不足", "Belt runs off to the right"])
        #expect(try library.retrieve(.code("E7")).candidates.count == 2)
        #expect(try library.retrieve(.code("E-07", model: "norvia-bc60")).passages.first?.match == .code)
    }

    @Test("a code of one machine model needs no model")
    func singleOwner() throws {
        #expect(try library.retrieve(.code("A203")).passages.first?.passage.title == "熱電偶斷線")
    }

    @Test("an absent code is never substituted, whatever its text would match", arguments: ["F099", "P105", "ZZ-1"])
    func absent(code: String) throws {
        let question = Question(
            code: FaultCode(code), text: "hydraulic pressure low", machine: nil, machineModel: nil, language: .english)
        #expect(try library.retrieve(question).isNothing)
    }

    @Test("a code of another machine model is absent")
    func otherModel() throws {
        #expect(try library.retrieve(.code("P101", model: "kestrel-vx40")).isNothing)
    }

    @Test(
        "a code that was misread is suggested, not answered",
        arguments: [("FO12", "F012"), ("F0I2", "F012"), ("AL-1Z", "AL-12"), ("P1O1", "P101"), ("A2O3", "A203")])
    func misread(typed: String, meant: String) throws {
        let suggestions = try library.retrieve(.code(typed)).suggestions
        #expect(suggestions.first?.passage.codes.first == FaultCode(meant))
        #expect(suggestions.allSatisfy { $0.match == .suggestion })
    }

    @Test("sections of the same model that name the code follow its own passages")
    func mentions() throws {
        let press = try library.retrieve(.code("P101", model: "halden-sp200")).passages
        #expect(press.count == 2)
        #expect(press.first?.passage.codes.map(\.written) == ["P101"])
        #expect(press.last?.passage.heading == ["Restoring hydraulic pressure after a filter change"])
        #expect(press.dropFirst().allSatisfy { $0.score < 1 })
    }

    @Test(
        "a symptom in words finds its passage among the first five",
        arguments: [
            ("hydraulic pressure low", "P101"), ("the belt runs off to the left", "E-06"),
            ("motor insulation damaged, water in terminal box", "F013"), ("light curtain interrupted", "P301"),
            ("encoder battery empty", "P203"), ("主軸過載", "AL-12"), ("料管溫度過高", "A202"), ("主軸驅動器 過電流", "AL-15"),
            ("換刀逾時", "AL-21"), ("安全門沒關", "A304"), ("torn belt", "E-08"), ("輸送帶跑偏", "E-06"), ("主軸過熱", "AL-13"),
            ("motor makes noise", "A105"), ("冷卻風扇不轉", "P102"),
        ])
    func symptoms(text: String, code: String) throws {
        let found = try library.retrieve(.text(text)).passages
        #expect(found.prefix(5).contains { $0.passage.codes.first == FaultCode(code) }, "\(found.map(\.passage.codes))")
        #expect(found.allSatisfy { $0.match == .text && $0.score > 0 && $0.score < 1 })
    }

    @Test("a Chinese question finds an English manual through the glossary")
    func acrossLanguages() throws {
        let found = try library.retrieve(.text("馬達過載", model: "kestrel-vx40")).passages
        #expect(found.first?.passage.codes.map(\.written) == ["F007"])
    }

    @Test(
        "a question about anything else is not answered",
        arguments: [
            "what is the capital of France", "how do I bake bread", "weather tomorrow in Taipei", "今天天氣如何", "午餐吃什麼",
            "the coffee machine leaks milk", "printer out of paper", "my car does not start",
            "battery of my phone is empty", "冰箱溫度過高", "請假流程怎麼申請", "reset my email password",
            "\"; DROP TABLE passage; --", "NEAR(a b) OR *", "", "的",
        ])
    func offTopic(text: String) throws {
        #expect(try library.retrieve(.text(text)).isNothing)
    }

    @Test("words are searched within the machine model")
    func scopedText() throws {
        let found = try library.retrieve(.text("motor overload", model: "norvia-bc60")).passages
        #expect(found.first?.passage.codes.map(\.written) == ["E-01"])
        #expect(found.allSatisfy { $0.passage.manual.machineModel.rawValue == "norvia-bc60" })
    }

    @Test("search tells how each result was found, and abstains with suggestions only")
    func searchResults() throws {
        let code = try library.search("F004 on the drive")
        #expect(code.results.first?.match == .code)
        #expect(!code.abstain)
        let ambiguous = try library.search("E-07")
        #expect(ambiguous.results.map(\.machineModel.rawValue) == ["lingfeng-vmc850", "norvia-bc60"])
        let absent = try library.search("alarm F0O4")
        #expect(absent.abstain && absent.results.first?.match == .suggestion)
        #expect(absent.results.first?.code == FaultCode("F004"))
        #expect(try library.search("pressure", limit: 2).results.count == 2)
    }

    @Test("a list shows what speaks of a part of the question too, behind the answers; an answer is never made of it")
    func neighbours() throws {
        let model = MachineModel(rawValue: "halden-sp200")
        let listed = try library.search("the filter in the return line is full of dirt", machineModel: model)
        let answers = listed.results.prefix { $0.match == .text }
        let neighbours = listed.results.dropFirst(answers.count)
        #expect(!answers.isEmpty && !neighbours.isEmpty)
        #expect(neighbours.allSatisfy { $0.match == .suggestion })
        let retrieved = try library.retrieve(
            .text("the filter in the return line is full of dirt", model: model.rawValue))
        #expect(retrieved.passages.map(\.passage.id) == answers.map(\.passageID))
        #expect(retrieved.passages.allSatisfy { $0.match == .text })
    }
}
