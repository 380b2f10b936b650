import Domain
import Foundation
import Testing

@testable import Manuals

@Suite struct EvaluationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("Wilson's interval, against values of the formula worked out by hand")
    func interval() throws {
        let half = try #require(Proportion(5, of: 10).interval)
        #expect(abs(half.lowerBound - 0.2366) < 0.0001 && abs(half.upperBound - 0.7634) < 0.0001)
        let all = try #require(Proportion(20, of: 20).interval)
        #expect(abs(all.lowerBound - 0.8389) < 0.0001 && all.upperBound == 1)
        #expect(Proportion(0, of: 0).interval == nil)
    }

    @Test("recall, rank, abstention and wrong codes are counted apart")
    func counts() throws {
        let library = try SampleManuals.library.get()
        func question(_ query: String, _ model: String?, _ manual: String?, _ code: String) -> EvaluationQuestion {
            EvaluationQuestion(
                query: query, machineModel: model.map(MachineModel.init(rawValue:)),
                expect: manual.map { [.init(manual: $0, code: FaultCode(code))] } ?? [], kind: "k")
        }
        let report = try library.evaluate([
            question("F012", "kestrel-vx40", "kestrel-vx40-drive.md", "F012"),
            question("F099", "kestrel-vx40", nil, ""),
            question("F012", "kestrel-vx40", nil, ""),
            question("zebra crossing", nil, "kestrel-vx40-drive.md", "F012"),
            question("馬達過載", "kestrel-vx40", "kestrel-vx40-drive.md", "F007"),
        ])
        #expect(report.overall.recallAt1 == Proportion(2, of: 3))
        #expect(report.overall.abstention == Proportion(1, of: 2))
        #expect(report.overall.falseAbstention == Proportion(1, of: 3))
        #expect(report.wrongCodes == 1)
        #expect(report.failures.map(\.reason) == [.wrongCode, .abstained])
        #expect(report.kinds.map(\.language) == [.english, .traditionalChinese])
        #expect(
            try library.abstentionCurve([question("zebra crossing", nil, nil, "")]).allSatisfy {
                $0.abstention.value == 1
            })
    }

    @Test(
        "a bad question file is refused with its line",
        arguments: [
            (#"{"query":"x","expect":[],"kind":"k"}"# + "\n{\n", ":2: expected {"), ("\n\n", "the file has none"),
            (#"{"query":"x","expect":[],"kind":""}"#, ":1: expected a kind"),
            (#"{"query":"x","expect":[{"manual":"a","code":"-"}],"kind":"k"}"#, ":1: expected {"),
        ])
    func refused(text: String, problem: String) throws {
        let file = try folder.write(text, to: "q.jsonl")
        let error = #expect(throws: EvaluationError.self) { try EvaluationQuestion.read(file) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
        #expect(throws: EvaluationError.self) { try EvaluationQuestion.read(folder.url.appending(path: "none")) }
    }

    @Test("the shipped questions: 300 and more, a fifth without answer, every expected passage is in a manual")
    func shippedQuestions() throws {
        let library = try SampleManuals.library.get()
        let files = ["development.jsonl", "held-out.jsonl"]
        let questions = try files.flatMap {
            try EvaluationQuestion.read(SampleManuals.packaging.appending(path: "demo/questions/\($0)"))
        }
        #expect(questions.count >= 300)
        #expect(questions.count { $0.expect.isEmpty } * 5 >= questions.count)
        #expect(questions.contains { $0.language == .english } && questions.contains { $0.language != .english })
        for manual in Set(questions.flatMap(\.expect).map(\.manual)) {
            let codes = Set(try library.passages(ofFile: manual).flatMap(\.codes))
            for target in questions.flatMap(\.expect) where target.manual == manual {
                #expect(target.code.map(codes.contains) ?? true, "\(manual) \(target.code?.written ?? "")")
            }
        }
    }

    @Test("no code is ever answered by another one's passage; codes and variants are found")
    func codesOfTheShippedQuestions() throws {
        let library = try SampleManuals.library.get()
        let questions = try EvaluationQuestion.read(
            SampleManuals.packaging.appending(path: "demo/questions/development.jsonl")
        ).filter { ["exact", "variant", "absent-code", "shared-code"].contains($0.kind) }
        let report = try library.evaluate(questions)
        #expect(report.wrongCodes == 0)
        #expect((report.overall.recallAt1.value ?? 0) >= 0.98, "\(report.failures)")
        #expect((report.overall.abstention.value ?? 0) >= 0.98, "\(report.failures)")
    }
}
