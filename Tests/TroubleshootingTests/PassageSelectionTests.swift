import Domain
import Testing

@testable import Troubleshooting

@Suite("Choice of passages")
struct PassageSelectionTests {
    private func found(_ passage: Passage, _ match: RetrievedPassage.Match) -> RetrievedPassage {
        RetrievedPassage(passage: passage, match: match, score: 1)
    }

    private func section(_ text: String, _ manual: ManualRevision = Samples.englishManual) -> Passage {
        Passage(
            id: text, manual: manual, kind: .section, page: nil, heading: [], codes: [], title: nil, text: text,
            remedies: [], escalation: nil, safety: [])
    }

    @Test("beside a code's own passage only passages that name the code are used")
    func naming() {
        let naming = section("After F-004 bleed the circuit.")
        let other = section("After F0041 bleed the circuit.")
        let all = [found(Samples.pressure, .code), found(other, .text), found(naming, .text)]
        #expect(PassageSelection.forPrompt(all, Samples.question()) == [Samples.pressure, naming])
        #expect(PassageSelection.forExtract(all, Samples.question()) == [Samples.pressure, naming])
    }

    @Test("for a symptom the model reads the best four, an extract shows the best one")
    func symptom() {
        let all = (1...6).map { found(section("Section \($0)."), .text) }
        let question = Samples.question(code: nil)
        #expect(PassageSelection.forPrompt(all, question) == all.prefix(4).map(\.passage))
        #expect(PassageSelection.forExtract(all, question) == [all[0].passage])
    }

    @Test("of a code's passages those in the reader's language come alone, others only where there is none")
    func language() {
        let chinese = section("F004 請檢查油位。", Samples.chineseManual)
        let both = [found(Samples.pressure, .code), found(chinese, .code)]
        #expect(PassageSelection.forPrompt(both, Samples.question(.traditionalChinese)) == [chinese])
        #expect(PassageSelection.forPrompt(both, Samples.question(.english)) == [Samples.pressure])
        let english = [found(Samples.pressure, .code)]
        #expect(PassageSelection.forPrompt(english, Samples.question(.traditionalChinese)) == [Samples.pressure])
    }
}
