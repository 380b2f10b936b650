import Domain
import TestSupport
import Testing

@testable import Troubleshooting

/// Every remedy of the sample manuals, told rightly and told wrongly in every way that we could think of.
@Suite("Drafts of every sample manual")
struct MutationTests {
    @Test("each kind of false draft of each remedy is refused", arguments: Mutation.all.indices)
    func mutations(index: Int) throws {
        let mutation = Mutation.all[index]
        let seed = testSeed("mutations, \(mutation.name)", usual: 7_025)
        var random = SeededGenerator(seed: seed)
        var tried = 0
        var accepted: [String] = []
        for passage in try ManualCorpus.all() {
            let check = StepCheck(passages: Samples.offered(passage), message: nil)
            for remedy in passage.remedies {
                let subject = Mutation.Subject(remedy: remedy, passage: passage)
                let drafts = Set(mutation.apply(subject, &random)).sorted().shuffled(using: &random)
                for draft in drafts.prefix(5) {
                    tried += 1
                    guard case .supported = check.decide(draft, cite: ["p1"]) else { continue }
                    if !isTrue(draft, to: passage) { accepted.append("\(remedy) → \(draft)") }
                }
            }
        }
        print("\(mutation.name): \(tried) tried, \(accepted.count) accepted")
        #expect(tried > 0)
        #expect(accepted == [], "seed \(seed)")
    }

    @Test("whatever a draft did to one remedy, what is shown is what the manual says")
    func shown() async throws {
        let seed = testSeed("shown", usual: 7_025)
        var random = SeededGenerator(seed: seed)
        var tried = 0
        for passage in try ManualCorpus.all().shuffled(using: &random).prefix(40) + ManualCorpus.hard {
            for (index, remedy) in passage.remedies.enumerated() {
                let subject = Mutation.Subject(remedy: remedy, passage: passage)
                let drafts = Mutation.all.flatMap { $0.apply(subject, &random) }
                guard let draft = drafts.randomElement(using: &random), !isTrue(draft, to: passage) else { continue }
                var actions = passage.remedies
                actions[index] = draft
                let steps = actions.map { (action: $0.replacing("\"", with: "\\\""), cite: ["p1"]) }
                let troubleshooter = Troubleshooter(
                    retriever: FixedRetriever(retrieval: Samples.found(passage)),
                    generator: ScriptedGenerator(Samples.draft(steps)))
                let answer = try await troubleshooter.answer(
                    Samples.question(code: passage.codes.first?.written, text: "fault", passage.manual.language))
                tried += 1
                #expect(answer.steps.map(\.action) == passage.remedies, "seed \(seed): \(draft)")
            }
        }
        print("shown: \(tried) tried")
        #expect(tried > 50)
    }

    /// Some changes change nothing: the draft says one of the remedies, or some that follow one another.
    private func isTrue(_ draft: String, to passage: Passage) -> Bool {
        let remedies = passage.remedies + [passage.escalation].compactMap { $0 }
        let meaning = Mutation.meaning(draft)
        return remedies.indices.contains { start in
            (start..<remedies.count).contains { end in
                Mutation.meaning(remedies[start...end].joined(separator: " ")) == meaning
            }
        }
    }

    @Test("each remedy and escalation told as the manual does is supported")
    func faithful() throws {
        var tried = 0
        for passage in try ManualCorpus.all() {
            let check = StepCheck(passages: Samples.offered(passage), message: nil)
            // Where the importer left a list mark on, another one before it is one too many.
            let remedies = passage.remedies.map { $0.replacing(#/^[0-9]\. /#, with: "") }
            for remedy in remedies + [passage.escalation].compactMap({ $0 }) {
                for draft in spellings(of: remedy, passage.manual.language) {
                    tried += 1
                    #expect(
                        check.decide(draft, cite: ["p1"]) == .supported(cite: ["p1"], isWordForWord: true),
                        "\(remedy) → \(draft)")
                }
            }
            let joined = remedies.joined(separator: "; ")
            #expect(check.decide(joined, cite: ["p1"]) == .supported(cite: ["p1"], isWordForWord: true), "\(joined)")
        }
        print("faithful: \(tried) tried")
        #expect(tried > 1_000)
    }

    /// Ways to write the same.
    private func spellings(of remedy: String, _ language: Language) -> [String] {
        let bare = remedy.hasSuffix(".") || remedy.hasSuffix("。") ? String(remedy.dropLast()) : remedy
        let lowered = remedy.prefix(1).lowercased() + remedy.dropFirst()
        let isCapitalised = remedy.dropFirst().first?.isLowercase == true
        var spellings = [
            remedy, bare, bare + ".", bare + "。", "2. " + remedy, "(3) " + remedy, "• " + remedy, "⑨" + remedy,
        ]
        spellings.append(remedy.replacing(" ", with: "  "))
        spellings.append(fullWidth(remedy))
        if language == .english {
            spellings.append("Please " + (isCapitalised ? lowered : remedy))
            spellings.append(remedy.replacing(" the ", with: " "))
            if isCapitalised { spellings.append(lowered) }
        } else {
            spellings.append("請" + remedy)
        }
        return spellings
    }

    /// Digits, letters, commas and brackets as wide as Chinese characters.
    private func fullWidth(_ text: String) -> String {
        var wide = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isWidened =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789,()%".unicodeScalars.contains(scalar))
            wide.append(isWidened ? UnicodeScalar(scalar.value + 0xFEE0) ?? scalar : scalar)
        }
        return String(wide)
    }
}
