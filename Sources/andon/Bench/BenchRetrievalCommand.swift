import Appliance
import ArgumentParser
import Domain
import Manuals

struct BenchRetrievalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval", abstract: "How long look-ups by code and by words take.",
        discussion: "Measures the sample manuals. Example: andon bench retrieval --json")

    @Option(help: "How often each question is asked.") var rounds = 5
    @Flag(help: "One JSON document.") var json = false

    private struct Figures: Encodable {
        let passages: Int
        let code: Spread
        let text: Spread

        enum CodingKeys: String, CodingKey {
            case passages
            case code = "code_ms"
            case text = "text_ms"
        }
    }

    func validate() throws {
        guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds: expected 1 to 10000") }
    }

    func run() async throws {
        let sample = try SampleLibrary(ShippedFiles.locate())
        let questions = try sample.questions()
        var code: [Double] = []
        var text: [Double] = []
        for _ in 0..<rounds {
            for question in questions {
                code.append(try milliseconds { try sample.library.retrieve(question) }.0)
                let words = Question(
                    code: nil, text: question.text, machine: nil, machineModel: question.machineModel,
                    language: question.language)
                text.append(try milliseconds { try sample.library.retrieve(words) }.0)
            }
        }
        let passages = try sample.library.manuals().map(\.passages).reduce(0, +)
        let figures = Figures(passages: passages, code: Spread(code), text: Spread(text))
        if json { return try Output.json(figures) }
        Output.write("\(passages) passages")
        Output.write("by code   \(figures.code)")
        Output.write("by words  \(figures.text)")
    }
}
