import Domain
import Foundation
import Testing

@Suite("andon demo")
struct DemonstrationTests {
    @Test("every scene ends as it must, the model writes at least four answers, and each has its citations")
    func json() async throws {
        let result = try await BuiltExecutable.run(["demo", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let answers = try result.output.split(separator: "\n").map {
            try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
        }
        #expect(answers.count == 7)
        #expect(answers.filter { $0.status == .answered }.count >= 4, "\(answers.map(\.status))")
        #expect(answers.filter { $0.status == .ambiguous }.count == 1)
        #expect(answers.filter { $0.status == .notInManuals }.count == 1)
        for answer in answers where !answer.steps.isEmpty {
            let cited = Set(answer.citations.map(\.id))
            #expect(answer.steps.allSatisfy { !$0.cite.isEmpty && cited.isSuperset(of: $0.cite) })
            #expect(answer.citations.allSatisfy { $0.page != nil })
            #expect(answer.steps.map(\.n) == Array(1...answer.steps.count))
        }
        let injected = try #require(answers.first { $0.machine?.rawValue == "cnc-01" })
        #expect(!injected.steps.contains { $0.action.contains("guard") || $0.action.contains("Ignore") })
    }
}
